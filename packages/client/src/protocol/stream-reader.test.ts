import { describe, expect, it } from 'vitest';
import { readChatChunk } from './chat-answer.js';
import { StreamReader } from './stream-reader.js';

const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;

/** As vLLM sends it: role first, reasoning, content, a tool call, finish reason, usage. */
const RECORDED = [
  ': keep-alive\n\n',
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Überlegung' }),
  chunk({ content: 'naïve 東京 🚀' }),
  chunk({ content: null, tool_calls: [{ index: 0, function: { arguments: '{"a":"\\n\\n"}' } }] }),
  'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"tool_calls"}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"completion_tokens_details":{"reasoning_tokens":2}}}\n\n',
  'data: [DONE]\n\n',
].join('');

describe('StreamReader', () => {
  it('reads the same answer at every split of a recorded stream', () => {
    for (const text of [RECORDED, RECORDED.replaceAll('\n', '\r\n')]) {
      const bytes = Buffer.from(text);
      for (let split = 0; split <= bytes.length; split++) {
        const reader = new StreamReader({ keepsGaps: true, readChunk: readChatChunk });
        expect(reader.push(bytes.subarray(0, split), 1000)).toBeNull();
        expect(reader.push(bytes.subarray(split), 2000)).toBeNull();
        expect(reader.end(), `split at ${split}`).toBeNull();
        expect(reader.answer).toMatchObject({
          text: 'naïve 東京 🚀',
          finishReason: 'tool_calls',
          tokensSoFar: 3,
          usage: { promptTokens: 5, outputTokens: 7, totalTokens: 12, reasoningTokens: 2, cachedTokens: null },
        });
        expect(reader.answer.gapTokens.reduce((sum, tokens) => sum + tokens, reader.answer.firstReadTokens ?? 0)).toBe(
          3,
        );
      }
    }
  });

  it('tells the first token from the first token of the answer', () => {
    const reader = new StreamReader({ keepsGaps: true, readChunk: readChatChunk });
    reader.push(Buffer.from(chunk({ role: 'assistant', content: '' })), 1);
    reader.push(Buffer.from(chunk({ reasoning: 'hm' })), 2);
    reader.push(Buffer.from(chunk({ content: 'a' })), 3);
    reader.push(Buffer.from(chunk({ content: '' })), 4);
    expect(reader.answer).toMatchObject({ firstTokenMs: 2, firstAnswerMs: 3, lastTokenMs: 3, reads: 2, gapsMs: [1] });
  });

  it('stays with its first failure', () => {
    const reader = new StreamReader({ keepsGaps: true, readChunk: readChatChunk });
    const failure = reader.push(Buffer.from('data: 5\n\ndata: {"error":{"message":"later"}}\n\n'), 1);
    expect(failure).toMatchObject({ type: 'malformed_stream', message: 'an event is not a JSON object: 5' });
    expect(reader.end()).toBe(failure);
  });
});
