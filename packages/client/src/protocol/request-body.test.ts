import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import type { Api, BodyOptions } from './protocol.js';
import { PROTOCOLS, problemsFor } from './protocols.js';
import { requestBody } from './request-body.js';

const OPTIONS: BodyOptions = {
  model: 'm',
  streaming: true,
  outputTokenLimit: null,
  lengthControl: 'min-tokens',
  temperature: 0,
  cacheSalt: null,
  continuousUsage: false,
  sendTokenIds: false,
  extraBody: {},
};

const bodyOf = (
  api: Api,
  request: WorkloadRequest,
  options: Partial<BodyOptions> = {},
  messages: readonly ChatMessage[] = request.messages ?? [{ role: 'user', content: request.prompt }],
): unknown =>
  JSON.parse(Buffer.from(requestBody(PROTOCOLS[api], request, messages, { ...OPTIONS, ...options })).toString());

const CONVERSATION: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'developer', content: 'Be kind.' },
  { role: 'user', content: [{ type: 'text', text: 'one' }] },
  { role: 'assistant', content: 'two' },
  { role: 'user', content: 'three' },
];

describe('the body', () => {
  it('of a chat completion has the messages as they are', () => {
    expect(bodyOf('chat', { prompt: 'p', output_length: 5 })).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'p' }],
      temperature: 0,
      ...{ max_tokens: 5, min_tokens: 5 },
      ...{ stream: true, stream_options: { include_usage: true } },
    });
  });

  it('of a completion has their texts one after another', () => {
    expect(
      bodyOf('completions', { prompt: 'p', output_length: 5 }, { streaming: false, lengthControl: 'ignore-eos' }),
    ).toEqual({
      ...{ model: 'm', prompt: 'p', temperature: 0, max_tokens: 5, ignore_eos: true, stream: false },
    });
    expect(bodyOf('completions', { messages: CONVERSATION })).toMatchObject({ prompt: 'Be brief.Be kind.onetwothree' });
  });

  it('of a response has system messages as instructions, and asks the server to keep nothing', () => {
    expect(bodyOf('responses', { messages: CONVERSATION, output_length: 5 }, { cacheSalt: 'x' })).toEqual({
      model: 'm',
      cache_salt: 'x',
      instructions: 'Be brief.\n\nBe kind.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'one' }] },
        { role: 'assistant', content: 'two' },
        { role: 'user', content: 'three' },
      ],
      ...{ temperature: 0, max_output_tokens: 5, ignore_eos: true, store: false, stream: true },
    });
    expect(bodyOf('responses', { prompt: 'p', output_length: 5 }, { lengthControl: 'none' })).not.toHaveProperty(
      'ignore_eos',
    );
    expect(bodyOf('responses', { messages: [{ role: 'system', content: 's' }] })).toMatchObject({
      input: [{ role: 'system', content: 's' }],
    });
  });

  it('of a response has tool calls and their outputs as items of their own', () => {
    const messages = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:x', detail: 'low' } }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', content: 'found', tool_call_id: 'c1' },
    ];
    expect(bodyOf('responses', { messages })).toMatchObject({
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: 'data:x', detail: 'low' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'found' },
      ],
    });
  });

  it('of an embedding has the text and the model, and nothing of answers', () => {
    const options = { temperature: 1, outputTokenLimit: 9 };
    expect(bodyOf('embeddings', { prompt: 'p', output_length: 5, model: 'other' }, options)).toEqual({
      model: 'other',
      input: 'p',
    });
  });

  it.each(['completions', 'embeddings'] as const)(
    'of %s has token ids where there is no text, or where they are wanted',
    (api) => {
      const field = api === 'completions' ? 'prompt' : 'input';
      const ids = [1, 2, 3];
      expect(bodyOf(api, { prompt_token_ids: ids }, {}, [])).toMatchObject({ [field]: ids });
      expect(bodyOf(api, { prompt: 'p', prompt_token_ids: ids })).toMatchObject({ [field]: 'p' });
      expect(bodyOf(api, { prompt: 'p', prompt_token_ids: ids }, { sendTokenIds: true })).toMatchObject({
        [field]: ids,
      });
      expect(bodyOf(api, { prompt: 'p' }, { sendTokenIds: true })).toMatchObject({ [field]: 'p' });
    },
  );

  it('has further fields last, so that they win, null included', () => {
    const extraBody = { temperature: null, top_p: 0.9, chat_template_kwargs: { enable_thinking: false } };
    expect(bodyOf('chat', { prompt: 'p' }, { extraBody })).toMatchObject(extraBody);
  });

  it('asks for usage in every chunk where that is wanted', () => {
    const streamOptions = { include_usage: true, continuous_usage_stats: true };
    for (const api of ['chat', 'completions'] as const) {
      expect(bodyOf(api, { prompt: 'p' }, { continuousUsage: true })).toMatchObject({ stream_options: streamOptions });
    }
    expect(bodyOf('chat', { prompt: 'p' }, { continuousUsage: true, streaming: false })).not.toHaveProperty(
      'stream_options',
    );
  });
});

describe('what an API cannot take', () => {
  const problem = (api: Api, request: WorkloadRequest, sendTokenIds = false): string | undefined =>
    problemsFor({ api, sendTokenIds })(request)?.message;
  const image = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] };

  it('is token ids, where a template is put around text', () => {
    for (const api of ['chat', 'responses'] as const) {
      expect(problem(api, { prompt_token_ids: [1] })).toContain('token ids and no text');
      expect(problem(api, { prompt: 'p', prompt_token_ids: [1] }, true)).toBeUndefined();
    }
    for (const api of ['completions', 'embeddings'] as const)
      expect(problem(api, { prompt_token_ids: [1] })).toBeUndefined();
  });

  it('is a conversation in token ids', () => {
    const ids = { prompt_token_ids: [1] };
    expect(problem('completions', { ...ids, session_id: 1 })).toContain('the conversation before it has none');
    expect(problem('completions', { ...ids, session_id: 1, prompt: 'p' })).toBeUndefined();
    expect(problem('completions', { ...ids, session_id: 1, prompt: 'p' }, true)).toContain('a turn of a session');
    // It holds its whole context.
    expect(problem('completions', { ...ids, session_id: 1, parents: [] })).toBeUndefined();
    expect(problem('embeddings', { ...ids, session_id: 1 })).toBeUndefined();
  });

  it('is an image, where only text is taken', () => {
    expect(problem('chat', image)).toBeUndefined();
    expect(problem('responses', image)).toBeUndefined();
    expect(problem('completions', image)).toContain('content that is no text');
    expect(problem('embeddings', image)).toContain('content that is no text');
  });
});
