import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.js';
import { parseChatRequest } from './chat-request.js';

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const parse = (fields: Record<string, unknown>): ReturnType<typeof parseChatRequest> =>
  parseChatRequest(JSON.stringify({ model: 'm', messages: MESSAGES, ...fields }));

describe('a request', () => {
  it('has the defaults of the API, and unknown fields are ignored', () => {
    expect(parse({ temperature: 0, tools: [] })).toEqual({
      model: 'm',
      messages: [{ role: 'user', text: 'Hello' }],
      maxTokens: undefined,
      minTokens: 0,
      ignoreEos: false,
      stream: false,
      includeUsage: false,
      continuousUsage: false,
    });
  });

  it('has every field that is honoured', () => {
    const fields = { max_tokens: 9, min_tokens: 9, ignore_eos: true, n: 1, stream: true };
    expect(parse({ ...fields, stream_options: { include_usage: true } })).toMatchObject({
      maxTokens: 9,
      minTokens: 9,
      ignoreEos: true,
      stream: true,
      includeUsage: true,
    });
  });

  it('takes null for "not set"', () => {
    const fields = {
      max_tokens: null,
      min_tokens: null,
      ignore_eos: null,
      n: null,
      stream: null,
      stream_options: null,
    };
    expect(parse(fields)).toEqual(parse({}));
  });

  it('prefers max_completion_tokens, the newer name', () => {
    expect(parse({ max_tokens: 5, max_completion_tokens: 7 }).maxTokens).toBe(7);
  });

  it('joins text parts, and takes messages without content', () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hel' },
          { type: 'text', text: 'lo' },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [] },
    ];
    expect(parse({ messages }).messages).toEqual([
      { role: 'user', text: 'Hello' },
      { role: 'assistant', text: '' },
    ]);
  });
});

describe('a refusal', () => {
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] };
  it.each([
    [{ model: undefined }, 'model', 'model must be a string, found nothing.'],
    [{ messages: [] }, 'messages', 'messages must be a list of at least one message, found [].'],
    [{ messages: 'Hello' }, 'messages', 'messages must be a list of at least one message, found "Hello".'],
    [{ messages: ['Hello'] }, 'messages', 'messages[0] must be an object, found "Hello".'],
    [{ messages: [{ content: 'a' }] }, 'messages', 'messages[0].role must be a string, found nothing.'],
    [
      { messages: [{ role: 'user', content: 5 }] },
      'messages',
      'messages[0].content must be a string or a list of parts',
    ],
    [{ messages: [...MESSAGES, image] }, 'messages', 'messages[1].content[0] has type "image_url"; only "text"'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages', 'content[0].text must be a string'],
    [{ messages: [{ role: 'user', content: ['a'] }] }, 'messages', 'messages[0].content[0] must be an object'],
    [{ max_tokens: 0 }, 'max_tokens', 'max_tokens must be a whole number of at least 1, found 0.'],
    [{ max_completion_tokens: 'a' }, 'max_completion_tokens', 'must be a whole number of at least 1, found "a".'],
    [{ min_tokens: 1.5 }, 'min_tokens', 'min_tokens must be a whole number of at least 0, found 1.5.'],
    [{ max_tokens: 4, min_tokens: 5 }, 'min_tokens', 'min_tokens must not be above max_tokens (4), found 5.'],
    [{ n: 2 }, 'n', 'n must be 1, found 2: one answer a request is served here.'],
    [{ stream: 'yes' }, 'stream', 'stream must be true or false, found "yes".'],
    [{ ignore_eos: 1 }, 'ignore_eos', 'ignore_eos must be true or false, found 1.'],
    [{ stream_options: {} }, 'stream_options', 'stream_options can only be set when stream is true.'],
    [{ stream: true, stream_options: 1 }, 'stream_options', 'stream_options must be an object, found 1.'],
    [{ stream: true, stream_options: { include_usage: 1 } }, 'include_usage', 'include_usage must be true or false'],
  ])('of %j names the field and what was found', (fields, param, message) => {
    expect(() => parse(fields)).toThrow(
      expect.objectContaining({
        status: 400,
        type: 'BadRequestError',
        param,
        message: expect.stringContaining(message),
      }),
    );
  });

  it('of a body that is no JSON object says so', () => {
    expect(() => parseChatRequest('{"model":')).toThrow(/^The body is not valid JSON: /);
    expect(() => parseChatRequest('[]')).toThrow('The body must be a JSON object, found [].');
    expect(() => parseChatRequest('')).toThrow(ApiError);
  });
});
