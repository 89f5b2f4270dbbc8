import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { single, type TestRunOptions } from '../collect.js';
import { type Script, saying, startScriptedServer } from '../scripted-server.js';
import { faultsOf } from './fault.js';
import { recorded, SECRETS } from './recorded.js';

const fault = faultsOf('status.test.ts');

const status =
  (code: number, body: string, headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

const answering = async (
  script: Script,
  expected: object,
  options: Partial<TestRunOptions> = {},
): Promise<RequestResult[]> => {
  await using server = await startScriptedServer(script);
  const { results, elapsedMs } = await recorded(single(), { endpoint: server.url, ...options });
  expect(elapsedMs).toBeLessThan(3000);
  expect(results[0]).toMatchObject(expected);
  return results;
};

describe('a response that is no success', () => {
  fault('400 in the form of OpenAI', () =>
    answering(status(400, '{"error":{"message":"too long"}}'), {
      error_message: 'HTTP 400: too long',
      http_status: 400,
      attempts: 1,
    }),
  );

  fault('401', () =>
    answering(status(401, `{"object":"error","message":"the key ${SECRETS.key} is not known"}`), {
      error_message: 'HTTP 401: the key [redacted] is not known',
    }),
  );

  fault('404 for the model', () =>
    answering(status(404, '{"error":{"message":"The model `m` does not exist.","code":404}}'), {
      error_message: 'HTTP 404: The model `m` does not exist.',
    }),
  );

  fault('500 with HTML', () => answering(status(500, '<h1>oops</h1>'), { error_message: 'HTTP 500: <h1>oops</h1>' }));

  fault('503 without a body', () => answering(status(503, ''), { error_message: 'HTTP 503', attempts: 1 }));

  fault('a redirect', async () => {
    await using elsewhere = await startScriptedServer(saying('a'));
    const results = await answering(status(307, '', { location: `${elsewhere.url}/v1/chat/completions` }), {
      http_status: 307,
    });
    // The key goes to the endpoint only.
    expect(elsewhere.seen).toEqual([]);
    return results;
  });

  fault('an x-error header of the gateway', () =>
    answering(status(503, '{"error":"no pods"}', { 'x-error-no-model-backends': 'm' }), {
      error_message: 'HTTP 503: no pods',
    }),
  );

  fault('an x-error header of the gateway with 200', () =>
    answering(status(200, '{"error":{"message":"no pods"}}', { 'x-error-no-model-backends': 'm' }), {
      error_message: 'HTTP 200: no pods',
    }),
  );

  fault('JSON that is no chat completion', () =>
    answering(
      status(200, `{"object":"list","echo":"${SECRETS.key}"}`, { 'content-type': 'application/json' }),
      { error_message: 'the response is no chat completion: {"object":"list","echo":"[redacted]"}' },
      { streaming: false },
    ),
  );
});

describe('what the server says is in the message, in the forms that servers use', () => {
  it.each([
    ['{"detail":"Not Found"}', 'HTTP 404: Not Found'],
    ['{"message":"no such page"}', 'HTTP 404: no such page'],
    ['{"error":"gone"}', 'HTTP 404: gone'],
    ['  plain words\n', 'HTTP 404: plain words'],
    ['[1]', 'HTTP 404: [1]'],
    // A key that stands where the message is cut off is struck out whole.
    [`${'x'.repeat(480)}${SECRETS.key}`, `HTTP 404: ${'x'.repeat(480)}[redacted]`],
  ])('%s', async (body, message) => {
    const results = await answering(status(404, body), { error_type: 'http_4xx' });
    expect(results[0]?.error_message).toBe(message);
  });
});

it('a header that repeats the key is kept without it', async () => {
  const headers = { 'target-pod': `pod-${SECRETS.key}`, 'request-id': SECRETS.header };
  await answering(status(503, '', headers), { target_pod: 'pod-[redacted]', target_request_id: '[redacted]' });
});

describe('429', () => {
  const busyOnce = (): Script => {
    let asked = 0;
    return (response, request) => {
      if (asked++ === 0) response.writeHead(429, { 'retry-after': '0.4' }).end();
      else saying('a')(response, request);
    };
  };

  fault('429 with retry-after, retries off', async () => {
    const results = await answering(busyOnce(), { attempts: 1 });
    // Nothing is waited for.
    expect(Number(results[0]?.latency)).toBeLessThan(0.3);
    return results;
  });

  fault('429 with retry-after, retries on', async () => {
    const results = await answering(busyOnce(), { attempts: 2, http_status: 200 }, { maxRetries: 1 });
    expect(Number(results[0]?.latency)).toBeGreaterThan(0.39);
    return results;
  });
});

describe('an endpoint', () => {
  it.each(['', '/', '//', '/v1', '/v1/', '/v1/chat/completions', '/v1/completions', '/gateway', '/gateway/v1/'])(
    'is reached however it is spelled: with "%s" at its end',
    async (suffix) => {
      await using server = await startScriptedServer(saying('a'));
      const { results } = await recorded(single(), { endpoint: `${server.url}${suffix}`, preflight: 'off' });
      expect(results[0]).toMatchObject({ status: 'success' });
      const prefix = suffix.startsWith('/gateway') ? '/gateway' : '';
      expect(server.seen.map(({ path }) => path)).toEqual([`${prefix}/v1/chat/completions`]);
    },
  );
});
