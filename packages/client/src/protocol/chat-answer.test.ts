import { describe, expect, it } from 'vitest';
import { emptyAnswer, readUsage } from './answer.js';
import { readChatAnswer, readChatChunk } from './chat-answer.js';
import { type ChunkContent, emptyContent } from './chunk-format.js';
import { StreamReader } from './stream-reader.js';

const reading = (chunk: object): ChunkContent => {
  const content = emptyContent();
  readChatChunk({ ...chunk }, content);
  return content;
};

const ofDelta = (delta: object): ChunkContent => reading({ choices: [{ index: 0, delta, finish_reason: null }] });

describe('a chunk', () => {
  it.each([
    ['the role alone', { role: 'assistant', content: '' }, { isToken: false, text: '' }],
    ['content', { content: ' a' }, { isToken: true, text: ' a' }],
    ['reasoning', { reasoning: 'hm' }, { isToken: true, text: '' }],
    ['reasoning under its older name', { content: null, reasoning_content: 'hm' }, { isToken: true, text: '' }],
    ['empty reasoning', { reasoning_content: '' }, { isToken: false, text: '' }],
    ['a refusal', { refusal: 'No.' }, { isToken: true, text: 'No.' }],
    [
      'text in parts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { isToken: true, text: 'ab' },
    ],
    ['thinking in parts', { content: [{ type: 'thinking', thinking: [{ text: 'hm' }] }] }, { isToken: true, text: '' }],
    ['no parts', { content: [] }, { isToken: false, text: '' }],
    [
      'a call that opens with its name',
      { tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] },
      { isToken: true, toolCalls: '\nf ' },
    ],
    [
      'arguments of a call',
      { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
      { isToken: true, toolCalls: '{"a"' },
    ],
    [
      'a call that says nothing',
      { tool_calls: [{ index: 0, id: 'x', type: 'function', function: { arguments: '' } }] },
      { isToken: false, toolCalls: '' },
    ],
    ['no calls', { content: 'a', tool_calls: [] }, { isToken: true, text: 'a', toolCalls: '' }],
    [
      'a call of the older kind',
      { function_call: { name: 'f', arguments: '{}' } },
      { isToken: true, toolCalls: '\nf {}' },
    ],
    ['nothing', {}, { isToken: false }],
  ])('with %s is read for what it carries', (_, delta, expected) => {
    expect(ofDelta(delta)).toMatchObject(expected);
  });

  it.each([
    ['a reason', 'stop', true],
    ['a word of the server’s own', 'eos_token', true],
    ['an empty reason', '', false],
    ['null', null, false],
    ['nothing', undefined, false],
  ])('with %s as finish reason ends the answer or does not', (_, reason, showsEnd) => {
    const content = reading({ choices: [{ delta: {}, finish_reason: reason }] });
    expect(content).toMatchObject({ showsEnd, finishReason: showsEnd ? reason : null });
  });

  it('without choices may hold the usage, or nothing', () => {
    expect(reading({ choices: [], usage: { prompt_tokens: 5 } })).toMatchObject({
      usage: { promptTokens: 5 },
      showsEnd: true,
    });
    expect(reading({ usage: null })).toEqual(emptyContent());
  });
});

describe('usage that runs along', () => {
  const chunk = (delta: object, completionTokens: number): string =>
    `data: ${JSON.stringify({ choices: [{ delta, finish_reason: null }], usage: { prompt_tokens: 3, completion_tokens: completionTokens } })}\n\n`;

  it('counts the tokens of each read, and does not end an answer that breaks off', () => {
    const reader = new StreamReader({ keepsGaps: true, readChunk: readChatChunk });
    reader.push(Buffer.from(chunk({ role: 'assistant', content: '' }, 0)), 1);
    reader.push(Buffer.from(chunk({ content: 'abc' }, 3)), 2);
    reader.push(Buffer.from(chunk({ content: 'd' }, 4) + chunk({ content: 'ef' }, 6)), 5);
    expect(reader.answer).toMatchObject({
      firstReadTokens: 3,
      gapTokens: [3],
      tokensSoFar: 6,
      hasContinuousUsage: true,
    });
    expect(reader.end()).toMatchObject({ type: 'stream_interrupted' });
  });
});

describe('usage', () => {
  it.each([
    ['OpenAI and vLLM', { prompt_tokens_details: { cached_tokens: 4 } }, 4],
    ['a server that does not report them', { prompt_tokens_details: null }, null],
    ['an empty list of details', { prompt_tokens_details: {} }, null],
    ['Moonshot', { cached_tokens: 4 }, 4],
    ['DeepSeek', { prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 1 }, 4],
    ['none, which is known', { prompt_tokens_details: { cached_tokens: 0 } }, 0],
  ])('has the cached tokens of %s', (_, fields, cachedTokens) => {
    expect(readUsage({ prompt_tokens: 5, ...fields })?.cachedTokens).toBe(cachedTokens);
  });

  it('has reasoning tokens, wherever they stand', () => {
    expect(readUsage({ completion_tokens_details: { reasoning_tokens: 2 } })?.reasoningTokens).toBe(2);
    expect(readUsage({ reasoning_tokens: 2 })?.reasoningTokens).toBe(2);
  });
});

it('an answer that comes whole has its text, its refusal or its calls', () => {
  const read = (message: object): unknown => {
    const answer = emptyAnswer();
    expect(readChatAnswer({ choices: [{ message, finish_reason: 'stop' }] }, answer)).toBe(true);
    return [answer.text, answer.toolCalls];
  };
  expect(read({ content: 'a' })).toEqual(['a', '']);
  expect(read({ content: null, refusal: 'No.' })).toEqual(['No.', '']);
  expect(read({ content: [{ type: 'text', text: 'a' }] })).toEqual(['a', '']);
  expect(
    read({ content: null, tool_calls: [{ function: { name: 'f', arguments: '{}' } }, { function: { name: 'g' } }] }),
  ).toEqual(['', '\nf {}\ng ']);
  expect(readChatAnswer({ choices: [] }, emptyAnswer())).toBe(false);
});
