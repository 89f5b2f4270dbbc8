import { expect, it } from 'vitest';
import { chatCompletionBody, chatStreamFormat } from './chat-format.js';

const ANSWER = { id: 'chatcmpl-1', model: 'odd "model"\u0001\n', createdS: 1_700_000_000 };
const USAGE = { promptTokens: 5, outputTokens: 2, cachedTokens: 0 };
const WIRE_USAGE = {
  prompt_tokens: 5,
  total_tokens: 7,
  completion_tokens: 2,
  prompt_tokens_details: { cached_tokens: 0 },
};
const BASE = { id: 'chatcmpl-1', created: 1_700_000_000, model: ANSWER.model };

const parsed = (event: string): unknown => {
  expect(event).toMatch(/^data: [^\n]*\n\n$/);
  return JSON.parse(event.slice('data: '.length));
};

it('formats the events of a stream as vLLM does', () => {
  const format = chatStreamFormat(ANSWER, { continuousUsage: false, usage: USAGE });
  const chunk = (delta: unknown, finish_reason: string | null): unknown => ({
    ...BASE,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  expect(parsed(format.opening)).toEqual(chunk({ role: 'assistant', content: '' }, null));
  expect(parsed(format.token(' word', USAGE))).toEqual(chunk({ content: ' word' }, null));
  expect(parsed(format.closing('stop', USAGE))).toEqual(chunk({ content: '' }, 'stop'));
  expect(parsed(format.usage(USAGE))).toEqual({
    ...BASE,
    object: 'chat.completion.chunk',
    choices: [],
    usage: WIRE_USAGE,
  });
  expect(format.done).toBe('data: [DONE]\n\n');
});

it('formats a whole answer', () => {
  expect(JSON.parse(chatCompletionBody(ANSWER, { text: ' a b', finishReason: 'length', usage: USAGE }))).toEqual({
    ...BASE,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: ' a b' }, logprobs: null, finish_reason: 'length' }],
    usage: WIRE_USAGE,
  });
});
