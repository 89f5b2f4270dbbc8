import { describe, expect, it } from 'vitest';
import { collect, single, steady } from './collect.js';
import {
  answer,
  closedPort,
  DONE,
  delta,
  finish,
  type Script,
  saying,
  sleep,
  sse,
  startScriptedServer,
} from './scripted-server.js';

const streaming =
  (...pieces: string[]): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };

const status =
  (code: number, body: string, headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

describe('each failure is one result with its class and cause', () => {
  it.each<[string, Script, object]>([
    [
      'a 400 in the form of OpenAI',
      status(400, '{"error":{"message":"too long"}}'),
      { error_type: 'http_4xx', error_code: '400', error_message: 'HTTP 400: too long', http_status: 400 },
    ],
    [
      'a 401',
      status(401, '{"object":"error","message":"no key"}'),
      { error_type: 'http_4xx', error_message: 'HTTP 401: no key' },
    ],
    ['a 404', status(404, '{"detail":"Not Found"}'), { error_type: 'http_4xx', error_message: 'HTTP 404: Not Found' }],
    [
      'a 500 with HTML',
      status(500, '<h1>oops</h1>'),
      { error_type: 'http_5xx', error_message: 'HTTP 500: <h1>oops</h1>' },
    ],
    ['a redirect', status(302, '', { location: '/elsewhere' }), { error_type: 'http_5xx', error_message: 'HTTP 302' }],
    [
      'an error header of the gateway',
      status(400, '{"error":"bad strategy"}', { 'x-error-invalid-routing-strategy': 'true' }),
      { error_type: 'gateway', error_code: 'x-error-invalid-routing-strategy' },
    ],
    [
      'a stream that ends too soon',
      streaming(delta('a'), delta('b')),
      { error_type: 'stream_interrupted', partial_tokens: 2, output_tokens: null, tpot: null, output: 'ab' },
    ],
    ['half an event', streaming(delta('a'), 'data: {"choi'), { error_type: 'stream_interrupted' }],
    [
      'an event that is no JSON',
      streaming(delta('a'), 'data: {oops}\n\n'),
      { error_type: 'malformed_stream', error_message: 'an event is not a JSON object: {oops}' },
    ],
    [
      'an error object in a stream of status 200',
      streaming(delta('a'), sse({ error: { message: 'engine died' } })),
      { error_type: 'stream_interrupted', error_code: 'error_event', error_message: 'engine died' },
    ],
    [
      'an error header of the gateway with status 200',
      (response) => {
        response.writeHead(200, { 'x-error-no-model-backends': 'm' }).end('{"error":{"message":"no pods"}}');
      },
      { error_type: 'gateway', error_code: 'x-error-no-model-backends', error_message: 'HTTP 200: no pods' },
    ],
    [
      'a page of HTML with status 200',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>');
      },
      { error_type: 'malformed_stream', error_message: 'the response is no event stream: <html>login</html>' },
    ],
    [
      'a connection that breaks within the stream',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(delta('a'), () => response.destroy());
      },
      { error_type: 'stream_interrupted', partial_tokens: 1 },
    ],
    [
      'a connection that breaks before the response',
      (response) => {
        response.destroy();
      },
      { error_type: 'connection', http_status: null },
    ],
  ])('%s', async (_, script, expected) => {
    await using server = await startScriptedServer(script);
    const { results, record } = await collect(single(), { endpoint: server.url });
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ status: 'error', attempts: 1, throughput: null, ...expected });
    expect(results[0]?.end_time).toBeGreaterThanOrEqual(Number(results[0]?.start_time));
    expect(record.counts).toMatchObject({
      offered: 1,
      sent: 1,
      failed: 1,
      errors: { [String(results[0]?.error_type)]: 1 },
    });
  });

  it('a refused connection, which was never sent and is not the fault of the client', async () => {
    const { results, record } = await collect(single(), {
      endpoint: `http://127.0.0.1:${await closedPort()}`,
      preflight: 'off',
    });
    expect(results[0]).toMatchObject({
      error_type: 'connection',
      error_code: 'ECONNREFUSED',
      start_time: null,
      latency: null,
    });
    expect(record.verdict_figures).toMatchObject({ offered: 1, sent: 0, unsent: 0 });
  });

  it('a batch answer that is no chat completion', async () => {
    await using server = await startScriptedServer(
      status(200, '{"object":"list"}', { 'content-type': 'application/json' }),
    );
    const { results } = await collect(single(), { endpoint: server.url, streaming: false });
    expect(results[0]).toMatchObject({ error_type: 'malformed_stream' });
  });
});

describe('what is no failure', () => {
  it('an answer that is whole, on a connection that stays open', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(answer(['a', 'b']));
    });
    const { results } = await collect(single(), { endpoint: server.url, timeoutMs: 400 });
    expect(results[0]).toMatchObject({ status: 'success', output: 'ab', output_tokens: 2 });
    expect(Number(results[0]?.latency)).toBeLessThan(0.3);
  });

  it.each<[string, Script, number]>([
    ['a stream without [DONE] that has a finish reason', streaming(delta('a'), finish), 1],
    [
      'events without choices, comments and CRLF',
      streaming(': ping\r\n\r\n', 'data: {"id":"x"}\r\n\r\n', delta('a').replaceAll('\n', '\r\n'), finish, DONE),
      1,
    ],
    ['an answer without any token', streaming(delta(''), finish, DONE), 0],
  ])('%s', async (_, script, chunks) => {
    await using server = await startScriptedServer(script);
    const { results } = await collect(single(), { endpoint: server.url });
    expect(results[0]).toMatchObject({ status: 'success', output_chunks: chunks, output_tokens: null });
    if (chunks === 0) expect(results[0]).toMatchObject({ ttft: null, tpot: null });
  });

  it('a server that ignores "stream" and answers with JSON', async () => {
    const body = JSON.stringify({ choices: [{ message: { content: 'whole' } }], usage: { completion_tokens: 1 } });
    await using server = await startScriptedServer(status(200, body, { 'content-type': 'application/json' }));
    const { results } = await collect(single(), { endpoint: server.url });
    expect(results[0]).toMatchObject({ status: 'success', output: 'whole', ttft: null });
  });
});

describe('deadlines', () => {
  it('ends a request that trickles on beyond its deadline, with what it had', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      while (!response.destroyed) {
        response.write(delta('a'));
        await sleep(20);
      }
    });
    const { results } = await collect(single(), { endpoint: server.url, timeoutMs: 300 });
    expect(results[0]).toMatchObject({ error_type: 'timeout', error_message: 'no complete answer within 0.3 s' });
    expect(Number(results[0]?.partial_tokens)).toBeGreaterThan(3);
    expect(Number(results[0]?.latency)).toBeGreaterThan(0.25);
    expect(Number(results[0]?.latency)).toBeLessThan(1);
  });

  it.each<[string, Script]>([
    ['never answers', () => {}],
    [
      'sends headers only',
      (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    ],
  ])('ends a request to a server that %s', async (_, script) => {
    await using server = await startScriptedServer(script);
    const { results } = await collect(single(), { endpoint: server.url, timeoutMs: 200 });
    expect(results[0]).toMatchObject({ error_type: 'timeout', ttft: null });
  });
});

describe('retries', () => {
  it('tries again within one deadline, and the time between is part of the latency', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (server.seen.length === 1) response.writeHead(503, { 'retry-after': '0.3' }).end();
      else saying('a')(response, request);
    });
    const { results } = await collect(single(), { endpoint: server.url, maxRetries: 2 });
    expect(results[0]).toMatchObject({ status: 'success', attempts: 2, http_status: 200 });
    expect(Number(results[0]?.latency)).toBeGreaterThan(0.29);
  });

  it('does not repeat what cannot pass, nor more often than allowed, nor beyond the deadline', async () => {
    await using refusing = await startScriptedServer(status(400, ''));
    const bad = await collect(single(), { endpoint: refusing.url, maxRetries: 5 });
    expect(bad.results[0]?.attempts).toBe(1);
    await using busy = await startScriptedServer(status(429, '', { 'retry-after': '0' }));
    const limited = await collect(single(), { endpoint: busy.url, maxRetries: 2 });
    expect(limited.results[0]).toMatchObject({ attempts: 3, error_type: 'http_4xx' });
    await using slow = await startScriptedServer(status(503, '', { 'retry-after': '60' }));
    const late = await collect(single(), { endpoint: slow.url, maxRetries: 2, timeoutMs: 500 });
    expect(late.results[0]).toMatchObject({ attempts: 1, error_type: 'http_5xx' });
  });
});

describe('a stop while a retry is waited for', () => {
  const busy: Script = (response) => {
    response.writeHead(503, { 'retry-after': '30' }).end('{"error":"busy"}');
  };

  it.each<[string, 'drainSignal' | 'signal', string]>([
    ['drain keeps the last failure', 'drainSignal', 'http_5xx'],
    ['cancellation is told as such', 'signal', 'cancelled'],
  ])('%s, and nothing more is sent', async (_, option, expected) => {
    const stop = new AbortController();
    await using server = await startScriptedServer((response, request) => {
      busy(response, request);
      setTimeout(() => stop.abort(), 100);
    });
    const { results } = await collect(single(), { endpoint: server.url, maxRetries: 3, [option]: stop.signal });
    expect(results[0]).toMatchObject({ error_type: expected, attempts: 1 });
    expect(server.seen).toHaveLength(1);
  });

  it('does not retry what it cancelled while the error was still being read', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(503);
      response.write('{"error":');
    });
    const { results } = await collect(single(), { endpoint: server.url, maxRetries: 2, durationLimitMs: 300 });
    expect(results[0]).toMatchObject({ error_type: 'cancelled', attempts: 1 });
    expect(server.seen).toHaveLength(1);
  });

  it('blames neither back-off nor a connection that was not there on the client', async () => {
    const port = await closedPort();
    const workload = single();
    const running = collect(workload, { endpoint: `http://127.0.0.1:${port}`, preflight: 'off', maxRetries: 3 });
    await sleep(500);
    await using _ = await startScriptedServer(saying('a'), { port });
    const { results, record } = await running;
    expect(results[0]).toMatchObject({ status: 'success' });
    expect(Number(results[0]?.attempts)).toBeGreaterThan(1);
    expect(Number(results[0]?.connect_time)).toBeGreaterThan(0.3);
    expect(Number(record.verdict_figures.client_lag_max_ms)).toBeLessThan(300);
  });
});

describe('ending early', () => {
  it('cancels what is open at the duration limit, with one result each, and is still valid', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(delta('a'));
      await sleep(5000);
      response.end();
    });
    const { results, record } = await collect(steady(40, 25), {
      endpoint: server.url,
      durationLimitMs: 500,
      maxClientLagMs: 1000,
    });
    expect(results).toHaveLength(40);
    expect(new Set(results.map((result) => result.error_type))).toEqual(new Set(['cancelled']));
    const sent = results.filter((result) => result.start_time !== null);
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.length).toBeLessThan(30);
    expect(sent[0]).toMatchObject({ partial_tokens: 1, error_code: 'duration-limit' });
    expect(record).toMatchObject({ ended_early: 'duration-limit', verdict: 'valid' });
    expect(record.counts).toMatchObject({
      offered: 40,
      sent: sent.length,
      failed: sent.length,
      unsent: 40 - sent.length,
    });
  });

  it('drains on the first interruption and cancels on the second', async () => {
    const drain = new AbortController();
    const cancel = new AbortController();
    await using server = await startScriptedServer(async (response, request) => {
      const text = request.body.messages[0]?.content;
      // The first turn is on its way, so the second waits for it when the wish to stop comes.
      if (text === 'turn 1') drain.abort();
      if (text === 'slow') {
        await sleep(600);
        cancel.abort();
        await sleep(5000);
      } else await sleep(200);
      saying('a')(response, request);
    });
    const workload = [
      { timestamp: 0, requests: [{ prompt: 'fast' }, { prompt: 'slow' }] },
      { timestamp: 1, requests: [{ prompt: 'turn 1', session_id: 1 }] },
      { timestamp: 1, requests: [{ prompt: 'turn 2', session_id: 1 }] },
      { timestamp: 60_000, requests: [{ prompt: 'far' }] },
    ];
    const { results, record } = await collect(workload, {
      endpoint: server.url,
      drainSignal: drain.signal,
      signal: cancel.signal,
    });
    expect(results.map((result) => [result.request_id, result.error_type, result.start_time !== null])).toEqual([
      [0, null, true],
      [1, 'cancelled', true],
      [2, null, true],
      [3, 'cancelled', false],
      [4, 'cancelled', false],
    ]);
    expect(record.ended_early).toBe('interrupted');
    expect(server.seen).toHaveLength(3);
  });

  it('rejects when it is cancelled before load begins', async () => {
    await using server = await startScriptedServer(saying('a'));
    const running = collect(single(), { endpoint: server.url, signal: AbortSignal.abort() });
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect(server.seen).toEqual([]);
  });
});
