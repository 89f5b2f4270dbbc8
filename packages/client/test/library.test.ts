import { createRealClock, createVirtualClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { runWorkload, type Transport, undiciTransport } from '../src/index.js';
import { collect, single, steady } from './collect.js';
import { answer, saying, startScriptedServer } from './scripted-server.js';

describe('as a library', () => {
  it('sends through the fetch of an application under test', async () => {
    const seen: { url: string; model: string }[] = [];
    const app: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (url.pathname === '/base/v1/models') return Response.json({ data: [{ id: 'm' }] });
      seen.push({ url: request.url, model: ((await request.json()) as { model: string }).model });
      return new Response(answer(['a', 'b', 'c']), { headers: { 'content-type': 'text/event-stream' } });
    };
    const { results, record } = await collect(
      steady(5, 10, () => ({ output_length: 3 })),
      { endpoint: 'http://app.test/base', fetch: app },
    );
    expect(results.map((result) => [result.status, result.output])).toEqual(Array(5).fill(['success', 'abc']));
    expect(seen[0]).toEqual({ url: 'http://app.test/base/v1/chat/completions', model: 'm' });
    expect(record.warnings).toEqual([]);
  });

  it('runs hours of schedule on a virtual clock, to the millisecond', async () => {
    const clock = createVirtualClock({ startMs: 1_000_000 });
    const transport: Transport = {
      send(_, events) {
        events.onSent(clock.now());
        const cancel = clock.at(clock.now() + 1500, () => {
          events.onHeaders(200, { 'content-type': 'text/event-stream' }, clock.now());
          events.onData(Buffer.from(answer(['a'])), clock.now());
          events.onEnd(clock.now());
        });
        return cancel;
      },
      close: async () => {},
    };
    // Two hours, a request every 20 s.
    const running = collect(steady(360, 20_000), { endpoint: 'http://virtual.test', transport, clock });
    const { results, record } = await clock.runUntil(running);
    expect(results).toHaveLength(360);
    expect(results.every((result) => result.latency === 1.5 && result.dispatch_lag === 0)).toBe(true);
    expect(record.end_time - record.start_time).toBeCloseTo(359 * 20 + 1.5, 6);
    expect(record.verdict).toBe('valid');
    // Each in flight for 1.5 s; delivered exactly as due, one in each window of 20 s and none in the others.
    expect(record.in_flight).toEqual({ request_seconds: 540, max: 1 });
    for (const { due, delivered } of record.dispersion ?? []) expect(delivered).toBe(due);
    expect(record.dispersion?.[2]?.due).toBeCloseTo(0.95, 2);
  });

  it('keeps two runs in one process apart', async () => {
    await using one = await startScriptedServer(saying('one'));
    await using two = await startScriptedServer(saying('two'));
    const [first, second] = await Promise.all([
      collect(steady(20, 5), { endpoint: one.url }),
      collect(steady(30, 5), { endpoint: two.url }),
    ]);
    expect([first.record.counts.succeeded, second.record.counts.succeeded]).toEqual([20, 30]);
    expect(new Set(first.results.map((result) => result.output))).toEqual(new Set(['one']));
  });

  it('tells how things stand', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(10, 30), { endpoint: server.url, model: 'm' });
    expect(run.progress()).toMatchObject({ phase: 'preparing', offered: null, sent: 0, recent: { ttftSeconds: null } });
    let sawRunning = false;
    for await (const _ of run) sawRunning ||= run.progress().phase === 'running';
    expect(sawRunning).toBe(true);
    await run.finished;
    expect(run.progress()).toMatchObject({ phase: 'ended', offered: 10, due: 10, succeeded: 10, plannedSeconds: 0.27 });
  });

  it('ends the run when its results are no longer wanted', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(100, 50), { endpoint: server.url, model: 'm' });
    for await (const result of run) {
      expect(result.request_id).toBe(0);
      break;
    }
    const record = await run.finished;
    expect(record.ended_early).toBe('interrupted');
    expect(server.seen.length).toBeLessThan(10);
  });

  it('leaves a transport open that it was handed', async () => {
    await using server = await startScriptedServer(saying('a'));
    const transport = undiciTransport({ endpoint: server.url, clock: createRealClock() });
    for (let i = 0; i < 2; i++) {
      const { results } = await collect(single(), { endpoint: server.url, transport });
      expect(results[0]?.status).toBe('success');
    }
    await transport.close();
  });

  it('tells of clipped output for a stream too, at its end', async () => {
    await using server = await startScriptedServer(saying('a'));
    const stream = async function* () {
      yield* single({ output_length: 50 });
    };
    const { record } = await collect(stream(), { endpoint: server.url, outputTokenLimit: 10 });
    expect(record.warnings[0]).toContain('clips the planned output of 1 of 1 requests, by 40 tokens');
  });

  it.each([
    [{ timeScale: 0 }, 'timeScale: expected a number above 0, found 0'],
    [{ outputTokenLimit: 0 }, 'outputTokenLimit: expected a whole number from 1, or null, found 0'],
    [
      { maxRetries: -1, timeoutMs: Number.NaN },
      'timeoutMs: expected a number of milliseconds above 0, found NaN\nmaxRetries: expected a whole number from 0, found -1',
    ],
  ])('refuses %j, and says all of it', (options, message) => {
    expect(() => runWorkload(single(), { endpoint: 'http://x', model: 'm', ...options })).toThrow(message);
  });

  it.each([{ apiKey: 'sk-secret\n' }, { headers: { 'x-key': 'sk-secret\u0000' } }])(
    'refuses a secret that no header can carry, without telling it',
    (options) => {
      const start = () => runWorkload(single(), { endpoint: 'http://x', model: 'm', ...options });
      expect(start).toThrow(/no header can carry/);
      expect(start).not.toThrow(/sk-secret/);
    },
  );

  it.each(['localhost:8888', 'ftp://x', 'http://user:word@x'])('refuses the endpoint %s', (endpoint) => {
    expect(() => runWorkload(single(), { endpoint, model: 'm' })).toThrow(/endpoint: /);
  });
});
