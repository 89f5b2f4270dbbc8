import { createRandom, exponential } from '@aibrix/core/random';
import { createRunningDispersion } from '@aibrix/metrics';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { runWorkload } from '../src/index.js';
import { collect, steady } from './collect.js';
import { mixedWorkload } from './mixed-workload.js';
import { answer, type Script, saying, sleep, startScriptedServer } from './scripted-server.js';
import { counting, headers, ids, inFile, range } from './several-workers.js';

/** Never answers to the end. */
const endless: Script = (response) => {
  response.writeHead(200, headers).write(answer(['a']).split('\n\n')[0] ?? '');
};

/** What must not depend on how many threads sent it. */
const essence = (result: RequestResult) => ({
  id: result.request_id,
  workload: result.workload_id,
  status: result.status,
  session: result.session_id,
  turn: result.turn,
  input: result.input,
  output: result.output,
  tokens: [result.prompt_tokens, result.output_tokens, result.output_length_planned],
});

describe('several workers', () => {
  it('give the results that one gives: each request once, sessions and graphs in order', async () => {
    await using server = await startScriptedServer(counting());
    const workload = mixedWorkload(12);
    const count = workload.length;
    const alone = await collect(workload, { endpoint: server.url });
    for (const workers of [2, 3]) {
      server.seen.length = 0;
      const { results, record } = await inFile(workload, (path) => collect(path, { endpoint: server.url, workers }));
      expect(results.map(essence)).toEqual(alone.results.map(essence));
      expect(server.seen).toHaveLength(count);
      expect(record.counts).toEqual(alone.record.counts);
      expect(new Set(results.map(({ worker }) => worker)).size).toBe(workers);
      const workersOf = Map.groupBy(results, (result) => result.session_id ?? `alone ${result.request_id}`);
      for (const turns of workersOf.values()) expect(new Set(turns.map(({ worker }) => worker)).size).toBe(1);
    }
  });

  it('take an array and a stream like a file', async () => {
    await using server = await startScriptedServer(counting());
    const workload = mixedWorkload(5);
    const stream = async function* () {
      for (const entry of workload) yield entry;
    };
    for (const source of [workload, stream()]) {
      const { results, record } = await collect(source, { endpoint: server.url, workers: 2 });
      expect(ids(results)).toEqual(range(workload.length));
      expect(record.counts.succeeded).toBe(workload.length);
    }
  });

  it('send entries of a stream as they come', async () => {
    await using server = await startScriptedServer(counting());
    const stream = async function* () {
      for (const entry of steady(4, 0)) {
        yield entry;
        // The next one is made when the server has seen this one.
        while (server.seen.length <= Number(entry.requests[0]?.prompt?.split(' ')[1])) await sleep(5);
      }
    };
    const { results } = await collect(stream(), { endpoint: server.url, workers: 2 });
    expect(ids(results)).toEqual(range(4));
  });

  it('feed each worker no further ahead than it has room, whatever the length of the workload', async () => {
    await using server = await startScriptedServer(counting());
    const { results } = await collect(steady(4000, 0.25), { endpoint: server.url, workers: 2, recordText: false });
    expect(ids(results)).toEqual(range(4000));
  });

  it('start from one schedule, none of them before its time', async () => {
    await using server = await startScriptedServer(counting());
    const { results, record } = await collect(steady(60, 10), { endpoint: server.url, workers: 2 });
    for (const result of results) {
      expect(result.planned_time).toBeCloseTo(record.start_time + Number(result.request_id) * 0.01, 5);
      expect(Number(result.start_time)).toBeGreaterThanOrEqual(Number(result.planned_time) - 1e-6);
    }
    expect(Number(record.verdict_figures.client_lag_p50_ms)).toBeLessThan(10);
  });

  it('share the limits: together never more on their way than the ceiling', async () => {
    const load = { open: 0, most: 0 };
    await using server = await startScriptedServer(async (response) => {
      load.most = Math.max(load.most, ++load.open);
      await sleep(30);
      load.open--;
      response.writeHead(200, headers).end(answer(['a']));
    });
    const { results, record } = await collect(steady(40, 0), { endpoint: server.url, workers: 2, concurrency: 5 });
    expect(results.every(({ status }) => status === 'success')).toBe(true);
    expect(load.most).toBe(5);
    expect(record.in_flight?.max).toBe(5);
    expect(record.in_flight?.request_seconds).toBeGreaterThan(40 * 0.03);
    expect(record.options).toMatchObject({ concurrency: 5, workers: 2 });
  });

  it('are no more than a limit can be divided by', async () => {
    await using server = await startScriptedServer(counting());
    const { results, record } = await collect(steady(4, 0), { endpoint: server.url, workers: 2, concurrency: 1 });
    expect(record.warnings).toContain('concurrency 1 is less than the 2 workers asked for: 1 are used');
    expect(results.map(({ worker }) => worker)).toEqual(Array(4).fill(undefined));
  });

  it('keep users under a closed loop, each worker its part of them', async () => {
    await using server = await startScriptedServer(counting(10));
    const workload = steady(60, 60_000);
    const { results, record } = await collect(workload, {
      endpoint: server.url,
      workers: 2,
      pacing: 'asap',
      concurrency: 4,
    });
    expect(ids(results)).toEqual(range(60));
    expect(record.in_flight?.max).toBe(4);
  });

  it('keep the key out of everything but the requests', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(500).end('bad key sk-very-secret');
    });
    const apiKey = 'sk-very-secret';
    const { results, record } = await collect(steady(6, 1), { endpoint: server.url, workers: 2, apiKey });
    expect(server.seen.every((seen) => seen.headers.authorization === `Bearer ${apiKey}`)).toBe(true);
    expect(JSON.stringify([results, record])).not.toContain(apiKey);
  });

  it('count arrivals of all together, as they were to be and as they were', async () => {
    await using server = await startScriptedServer(saying('a'));
    const gap = exponential(createRandom(1, 'arrivals'), 0.2);
    let timestamp = 0;
    const workload = range(600).map(() => {
      timestamp += gap();
      return { timestamp, requests: [{ prompt: 'p' }] };
    });
    const { results, record } = await collect(workload, { endpoint: server.url, workers: 2 });
    const indexOf = (times: number[], windowMs: number): number => {
      const dispersion = createRunningDispersion(windowMs);
      for (const time of times.toSorted((a, b) => a - b)) dispersion.add(time);
      return Number(dispersion.index());
    };
    const sentMs = results.map(({ start_time: time }) => (Number(time) - record.start_time) * 1000);
    for (const { window_ms: windowMs, due, delivered } of record.dispersion ?? []) {
      const plan = indexOf(
        workload.map((entry) => entry.timestamp),
        windowMs,
      );
      expect(due).toBeCloseTo(plan, 6);
      // Stamps in results are rounded to microseconds, which may put one of 600 into the next window.
      expect(Math.abs(Number(delivered) / indexOf(sentMs, windowMs) - 1)).toBeLessThan(0.02);
    }
  });

  it('tell how things stand', async () => {
    await using server = await startScriptedServer(counting(20));
    const run = runWorkload(steady(100, 5), { endpoint: server.url, model: 'm', workers: 2 });
    await run.started;
    let most = 0;
    for await (const _ of run) {
      const { inFlight, phase, due, offered } = run.progress();
      most = Math.max(most, inFlight);
      expect(offered).toBe(100);
      if (phase === 'running') expect(due).toBeLessThan(100);
    }
    await run.finished;
    expect(most).toBeGreaterThan(0);
    expect(run.progress()).toMatchObject({ phase: 'ended', due: 100, succeeded: 100, sent: 100, inFlight: 0 });
  });
});

describe('workers that are told to end', () => {
  it('cancel everything at the duration limit, with a record each', async () => {
    await using server = await startScriptedServer(endless);
    const { results, record } = await inFile(mixedWorkload(30, 20), (path) =>
      collect(path, { endpoint: server.url, workers: 2, durationLimitMs: 500 }),
    );
    expect(ids(results)).toEqual(range(mixedWorkload(30).length));
    expect(record.ended_early).toBe('duration-limit');
    expect(new Set(results.map(({ error_code }) => error_code))).toEqual(new Set(['duration-limit']));
    expect(record.counts.sent).toBeGreaterThan(5);
  });

  it.each([
    ['cancel', 'interrupted'],
    ['drain', null],
  ] as const)('%s: every request has its one result', async (how, code) => {
    await using server = await startScriptedServer(counting(150));
    const workload = mixedWorkload(20, 10);
    const run = runWorkload(workload, { endpoint: server.url, model: 'm', workers: 2 });
    await run.started;
    while (server.seen.length < 10) await sleep(5);
    run[how]();
    const results: RequestResult[] = [];
    for await (const result of run) results.push(result);
    const record = await run.finished;
    expect(ids(results)).toEqual(range(workload.length));
    expect(record.ended_early).toBe('interrupted');
    const sent = results.filter(({ start_time }) => start_time != null);
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThan(workload.length);
    // What was under way is cut off, or ends by itself.
    expect(sent.some(({ error_code }) => error_code === 'interrupted')).toBe(code === 'interrupted');
  });

  it('leave a stream without an end unread', async () => {
    await using server = await startScriptedServer(counting());
    let isReleased = false;
    const stream = async function* () {
      try {
        for (let index = 0; ; index++) yield { timestamp: index * 2, requests: [{ prompt: 'p' }] };
      } finally {
        isReleased = true;
      }
    };
    const run = runWorkload(stream(), { endpoint: server.url, model: 'm', workers: 2 });
    let count = 0;
    for await (const _ of run) if (++count === 20) break;
    const record = await run.finished;
    expect(record.ended_early).toBe('interrupted');
    expect(record.counts.succeeded).toBeGreaterThanOrEqual(20);
    expect(isReleased).toBe(true);
  });

  it('do not wait for a stream that hangs', async () => {
    await using server = await startScriptedServer(counting());
    const stream = async function* () {
      yield* steady(3, 0);
      await new Promise(() => {});
    };
    const run = runWorkload(stream(), { endpoint: server.url, model: 'm', workers: 2 });
    await run.started;
    while (run.progress().succeeded < 3) await sleep(5);
    run.drain();
    expect((await run.finished).counts).toMatchObject({ offered: 3, succeeded: 3 });
  });

  it('end at once when they are not even ready', async () => {
    await using server = await startScriptedServer(counting());
    const run = runWorkload(steady(10, 0), { endpoint: server.url, model: 'm', workers: 2 });
    run.cancel();
    await expect(run.finished).rejects.toMatchObject({ code: 'aborted' });
    expect(server.seen).toEqual([]);
  });
});
