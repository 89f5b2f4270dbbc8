import { describe, expect, it } from 'vitest';
import { emptyAnswer } from './answer.js';
import { readResponse, readResponsesEvent } from './responses-answer.js';
import { StreamReader } from './stream-reader.js';

let number = 0;

const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;

const usage = {
  input_tokens: 31,
  input_tokens_details: { cached_tokens: 16 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 40,
};

/** As a server sends it: reasoning, text in two deltas, a function call, and the events around them. */
const RECORDED = [
  event('response.created', { response: { id: 'resp_1', status: 'in_progress', usage: null, output: [] } }),
  event('response.in_progress', { response: { id: 'resp_1', status: 'in_progress' } }),
  event('response.output_item.added', { output_index: 0, item: { type: 'reasoning', summary: [] } }),
  event('response.reasoning_text.delta', { delta: 'Überlegung' }),
  event('response.reasoning_text.done', { text: 'Überlegung' }),
  event('response.output_item.added', { output_index: 1, item: { type: 'message', role: 'assistant', content: [] } }),
  event('response.content_part.added', { part: { type: 'output_text', text: '' } }),
  event('response.output_text.delta', { delta: 'naïve 東' }),
  event('response.output_text.delta', { delta: '京 🚀' }),
  event('response.output_text.done', { text: 'naïve 東京 🚀' }),
  event('response.output_item.added', {
    output_index: 2,
    item: { type: 'function_call', name: 'look_up', arguments: '' },
  }),
  event('response.function_call_arguments.delta', { delta: '{"a":' }),
  event('response.function_call_arguments.delta', { delta: '"\\n"}' }),
  event('response.function_call_arguments.done', { arguments: '{"a":"\\n"}' }),
  event('response.completed', { response: { status: 'completed', output: [{ type: 'message' }], usage } }),
].join('');

const reading = (text: string): StreamReader => {
  const reader = new StreamReader({ keepsGaps: true, readChunk: readResponsesEvent });
  reader.push(Buffer.from(text), 1000);
  return reader;
};

describe('a streamed response', () => {
  it('is the same answer at every split of a recorded stream', () => {
    for (const text of [RECORDED, RECORDED.replaceAll('\n', '\r\n')]) {
      const bytes = Buffer.from(text);
      for (let split = 0; split <= bytes.length; split++) {
        const reader = new StreamReader({ keepsGaps: true, readChunk: readResponsesEvent });
        expect(reader.push(bytes.subarray(0, split), 1000)).toBeNull();
        expect(reader.push(bytes.subarray(split), 2000)).toBeNull();
        expect(reader.end(), `split at ${split}`).toBeNull();
        expect(reader.wholeMs).not.toBeNull();
        expect(reader.answer).toMatchObject({
          text: 'naïve 東京 🚀',
          toolCalls: '\nlook_up {"a":"\\n"}',
          finishReason: 'stop',
          tokensSoFar: 6,
          usage: { promptTokens: 31, outputTokens: 9, totalTokens: 40, cachedTokens: 16, reasoningTokens: 3 },
        });
        const later = reader.answer.gapTokens.reduce((sum, tokens) => sum + tokens, 0);
        expect(Number(reader.answer.firstReadTokens) + later).toBe(6);
      }
    }
  });

  it('that the limit of tokens ends is whole, and says so', () => {
    const end = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage };
    // vLLM names the event by the end, OpenAI by the status.
    for (const type of ['response.incomplete', 'response.completed']) {
      const reader = reading(event('response.output_text.delta', { delta: 'a' }) + event(type, { response: end }));
      expect(reader.end()).toBeNull();
      expect(reader.answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 9 } });
    }
  });

  it('that only calls functions ended for these', () => {
    const response = { status: 'completed', output: [{ type: 'reasoning' }, { type: 'function_call' }], usage };
    expect(reading(event('response.completed', { response })).answer.finishReason).toBe('tool_calls');
  });

  it.each([
    ['response.failed', { response: { status: 'failed', error: { code: 'server_error', message: 'out of memory' } } }],
    ['error', { code: 'server_error', message: 'out of memory', param: null }],
    ['response.completed', { response: { status: 'failed', error: { message: 'out of memory' } } }],
  ])('fails where it says so with %s', (type, fields) => {
    const reader = reading(event('response.output_text.delta', { delta: 'a' }) + event(type, fields));
    const failure = { type: 'stream_interrupted', code: 'error_event', message: 'out of memory' };
    expect(reader.end()).toEqual(failure);
    expect(reader.answer.tokensSoFar).toBe(1);
  });

  it('that breaks off is no whole answer', () => {
    const cut = RECORDED.slice(0, RECORDED.indexOf('event: response.completed'));
    expect(reading(cut).end()).toMatchObject({ type: 'stream_interrupted' });
  });

  it('tells the first token from the first of the answer, and counts no empty delta', () => {
    const reader = new StreamReader({ keepsGaps: true, readChunk: readResponsesEvent });
    const read = (text: string, timeMs: number): unknown => reader.push(Buffer.from(text), timeMs);
    read(event('response.created') + event('response.output_text.delta', { delta: '' }), 1);
    read(event('response.reasoning_summary_text.delta', { delta: 'hm' }), 2);
    read(event('response.refusal.delta', { delta: 'No.' }), 3);
    read(event('response.output_text.done', { text: 'No.' }), 4);
    expect(reader.answer).toMatchObject({ firstTokenMs: 2, firstAnswerMs: 3, lastTokenMs: 3, reads: 2, text: 'No.' });
  });
});

it('a response that comes whole has the texts of its messages and its calls', () => {
  const answer = emptyAnswer();
  const output = [
    { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] },
    {
      type: 'message',
      content: [
        { type: 'output_text', text: 'naïve ' },
        { type: 'output_text', text: '東京' },
      ],
    },
    { type: 'function_call', name: 'f', arguments: '{}' },
  ];
  expect(readResponse({ status: 'completed', output, usage }, answer)).toBe(true);
  expect(answer).toMatchObject({
    text: 'naïve 東京',
    toolCalls: '\nf {}',
    finishReason: 'stop',
    usage: { promptTokens: 31 },
  });
  expect(readResponse({ choices: [] }, emptyAnswer())).toBe(false);
});
