import { describe, expect, it } from 'vitest';
import { bodyFor, post, start } from './testing/chat.js';

const errorOf = async (response: Response): Promise<unknown> => {
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('request-id')).toMatch(/^sim-/);
  return response.json();
};

describe('an error', () => {
  it('has the shape of OpenAI and vLLM', async () => {
    const simulator = await start();
    const response = await post(simulator, bodyFor(5, { n: 2 }));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      error: {
        message: 'n must be 1, found 2: one answer a request is served here.',
        type: 'BadRequestError',
        param: 'n',
        code: 400,
      },
    });
    expect(simulator.stats()).toMatchObject({ received: 1, refused: 1, running: 0 });
  });

  it('is 400 for a body that is not JSON, an empty prompt, and a prompt beyond the context', async () => {
    const simulator = await start({ maxModelLen: 100 });
    for (const [body, message] of [
      ['{', 'The body is not valid JSON'],
      ['', 'The body is not valid JSON'],
      [bodyFor(1, { messages: [{ role: 'user', content: '' }] }), 'messages hold no text'],
      [bodyFor(98), "This model's maximum context length is 100 tokens"],
      [bodyFor(1, { messages: [{ role: 'user', content: ' a'.repeat(100) }] }), 'maximum context length'],
    ] as const) {
      const response = await post(simulator, body);
      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({
        error: { code: 400, type: 'BadRequestError', message: expect.stringContaining(message) },
      });
    }
    expect((await post(simulator, bodyFor(97))).status).toBe(200);
  });

  it('is 401 without the right key, for everything under /v1', async () => {
    const simulator = await start({ apiKey: 'secret' });
    const statuses = async (authorization?: string): Promise<number[]> => {
      const headers = authorization === undefined ? {} : { authorization };
      const models = await fetch(`${simulator.url}/v1/models`, { headers });
      const chat = await post(simulator, bodyFor(1), { headers });
      const text = (await models.text()) + (await chat.text());
      expect(text).not.toContain('secret');
      return [models.status, chat.status];
    };
    expect(await statuses()).toEqual([401, 401]);
    expect(await statuses('Bearer wrong')).toEqual([401, 401]);
    expect(await statuses('secret')).toEqual([401, 401]);
    expect(await statuses('Bearer secret')).toEqual([200, 200]);
    expect((await fetch(`${simulator.url}/health`)).status).toBe(200);
  });

  it('is 404 for a model that is not served', async () => {
    const simulator = await start({ models: ['llama', 'qwen'] });
    const response = await post(simulator, bodyFor(1));
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      error: { message: 'The model `m` does not exist.', type: 'NotFoundError', param: 'model', code: 404 },
    });
    expect((await post(simulator, bodyFor(1, { model: 'qwen' }))).status).toBe(200);
  });

  it('is 404 for an unknown path, and 405 for a wrong method', async () => {
    const simulator = await start();
    const missing = await fetch(`${simulator.url}/v1/nothing?key=value`);
    expect(missing.status).toBe(404);
    expect(await errorOf(missing)).toMatchObject({ error: { message: 'There is nothing at /v1/nothing.' } });
    const wrong = await fetch(`${simulator.url}/v1/chat/completions`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await errorOf(wrong)).toMatchObject({ error: { type: 'MethodNotAllowedError', code: 405 } });
    expect((await fetch(`${simulator.url}/health`, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('is 413 for a body that is too long, whether or not it says so, and the connection lives on', async () => {
    const simulator = await start({ maxBodyBytes: 1_000 });
    const long = JSON.stringify(bodyFor(1, { padding: 'x'.repeat(100_000) }));
    const declared = await post(simulator, long);
    expect(declared.status).toBe(413);
    expect(await errorOf(declared)).toMatchObject({ error: { type: 'RequestTooLargeError', code: 413 } });
    // A stream as body is sent in chunks, without a length.
    const body = new Blob([long]).stream();
    const init = { method: 'POST', body, duplex: 'half' } as const;
    expect((await fetch(`${simulator.url}/v1/chat/completions`, init)).status).toBe(413);
    expect((await post(simulator, bodyFor(1))).status).toBe(200);
  });
});

describe('GET /v1/models', () => {
  it('lists the models served', async () => {
    const simulator = await start({ models: ['llama', 'qwen'], profile: 'a100-llama-8b' });
    const list = await (await fetch(`${simulator.url}/v1/models`)).json();
    expect(list).toMatchObject({
      object: 'list',
      data: [
        { id: 'llama', object: 'model', max_model_len: 131_072 },
        { id: 'qwen', object: 'model' },
      ],
    });
  });

  it('lists none when every name is served: a list would say that others are not', async () => {
    const simulator = await start();
    const list = await (await fetch(`${simulator.url}/v1/models`)).json();
    expect(list).toEqual({ object: 'list', data: [] });
    expect((await post(simulator, bodyFor(1, { model: 'any' }))).status).toBe(200);
  });
});

describe('headers', () => {
  it('name each request, and echo the name the client gave it', async () => {
    const simulator = await start();
    const responses = [
      await post(simulator, bodyFor(1), { headers: { 'x-request-id': 'mine' } }),
      await post(simulator, bodyFor(1)),
    ];
    expect(responses.map(({ headers }) => headers.get('x-request-id'))).toEqual(['mine', null]);
    const ids = responses.map(({ headers }) => headers.get('request-id'));
    expect(new Set(ids).size).toBe(2);
    expect(await responses[0]?.json()).toMatchObject({ id: `chatcmpl-${ids[0]}` });
  });
});

it('answers GET /health', async () => {
  const simulator = await start();
  const response = await fetch(`${simulator.url}/health`);
  expect([response.status, await response.text()]).toEqual([200, '']);
});
