import { describe, expect, it } from 'vitest';
import { collect, single, steady } from './collect.js';
import { closedPort, delta, type Script, saying, sleep, startScriptedServer } from './scripted-server.js';

const status =
  (code: number, body: string, headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

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
