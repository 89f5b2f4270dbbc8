import { describe, expect, it } from 'vitest';
import { collect, single } from './collect.js';
import { sse, startScriptedServer } from './scripted-server.js';

describe('odd answers', () => {
  const result = async (
    api: 'completions' | 'responses' | 'embeddings',
    body: string,
    type: string,
  ): Promise<object> => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    const { results } = await collect(single(), { endpoint: server.url, api });
    return results[0] as object;
  };

  it.each([
    ['completions', '{"object":"chat.completion","choices":[{"message":{}}]}', 'the response is no completion'],
    ['responses', '{"id":"resp_1"}', 'the response is no response object'],
    ['embeddings', '{"data":[]}', 'the response is no list of embeddings'],
    ['embeddings', '{"data":[{"index":0}]}', 'the response is no list of embeddings'],
    ['embeddings', 'oops', 'the response is no list of embeddings: oops'],
  ] as const)('of %s: %s is malformed', async (api, body, message) => {
    expect(await result(api, body, 'application/json')).toMatchObject({
      ...{ status: 'error', error_type: 'malformed_stream', error_message: expect.stringContaining(message) },
    });
  });

  it('one JSON object where a stream was asked for is read as such', async () => {
    const response = {
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'hi' }] }],
    };
    expect(await result('responses', JSON.stringify(response), 'application/json; charset=utf-8')).toMatchObject({
      ...{ status: 'success', output: 'hi', finish_reason: 'stop', output_tokens: null, ttft: null },
    });
  });

  it('a response that failed in the middle of its stream keeps its clocks and tokens so far', async () => {
    const events = [
      sse({ type: 'response.output_text.delta', delta: 'a' }),
      sse({ type: 'response.failed', response: { status: 'failed', error: { message: 'no memory' } } }),
    ];
    expect(await result('responses', events.join(''), 'text/event-stream')).toMatchObject({
      ...{ status: 'error', error_type: 'stream_interrupted', error_code: 'error_event', error_message: 'no memory' },
      ...{ partial_tokens: 1, first_token_time: expect.any(Number), output: 'a' },
    });
  });

  it('embeddings in base64, without usage, are embeddings', async () => {
    expect(await result('embeddings', '{"data":[{"embedding":"AACAPw=="}]}', 'application/json')).toMatchObject({
      ...{ status: 'success', prompt_tokens: null, output_tokens: null, output: null },
    });
  });

  it('finish of another server is told in its own word', async () => {
    const text =
      sse({ choices: [{ text: 'a', finish_reason: '' }] }) +
      sse({ choices: [{ text: '', finish_reason: 'eos_token' }] });
    expect(await result('completions', text, 'text/event-stream')).toMatchObject({
      ...{ status: 'success', finish_reason: 'eos_token', output: 'a' },
    });
  });
});
