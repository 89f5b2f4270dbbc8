import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runWorkload } from '../src/index.js';
import { collect, steady } from './collect.js';
import { answer, type ScriptedServer, saying, sleep, startScriptedServer } from './scripted-server.js';

const startSlowServer = (ms: number): Promise<ScriptedServer> =>
  startScriptedServer(async (response) => {
    await sleep(ms);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
  });

const types = (results: readonly RequestResult[]): (string | null | undefined)[] =>
  results.map(({ error_type: type }) => type);

describe('dropping what is due while the ceiling is full', () => {
  it('records it at once, sends it never, and blames nobody', async () => {
    await using server = await startSlowServer(300);
    const { results, record } = await collect(steady(20, 5), {
      endpoint: server.url,
      concurrency: 2,
      whenSaturated: 'drop',
      maxClientLagMs: 1000,
    });
    expect(types(results)).toEqual([null, null, ...Array.from({ length: 18 }, () => 'dropped')]);
    expect(server.seen).toHaveLength(2);
    for (const dropped of results.slice(2)) {
      expect(dropped).toMatchObject({ error_code: 'saturated', start_time: null, latency: null, attempts: 0 });
      expect(dropped.queue_time).toBe(0);
      expect(dropped.scheduled_time).toBe(dropped.planned_time);
      expect(Number(dropped.end_time) - Number(dropped.scheduled_time)).toBeLessThan(0.2);
    }
    expect(record.counts).toMatchObject({ offered: 20, sent: 2, unsent: 18, failed: 0, errors: { dropped: 18 } });
    expect(record).toMatchObject({ verdict: 'valid', verdict_figures: { unsent: 0 } });
    expect(record.warnings).toEqual(['18 of 20 requests were dropped, as asked, because 2 were on their way']);
  });

  it('sends what is due when there is room again', async () => {
    await using server = await startSlowServer(60);
    const { results } = await collect(steady(3, 200), { endpoint: server.url, concurrency: 1, whenSaturated: 'drop' });
    expect(types(results)).toEqual([null, null, null]);
  });

  const sessions: WorkloadEntry[] = [
    { timestamp: 0, requests: [{ prompt: 'alone' }] },
    { timestamp: 20, requests: [{ prompt: 'one', session_id: 's' }] },
    { timestamp: 400, requests: [{ prompt: 'two', session_id: 's' }] },
  ];

  it.each<[RunOptions['failedTurn'], (string | null)[]]>([
    ['skip-rest', [null, 'dropped', 'skipped']],
    ['continue', [null, 'dropped', null]],
  ])('counts as a failed turn for what follows: %s', async (failedTurn, expected) => {
    await using server = await startSlowServer(200);
    const { results } = await collect(sessions, {
      endpoint: server.url,
      concurrency: 1,
      whenSaturated: 'drop',
      failedTurn,
    });
    expect(types(results)).toEqual(expected);
    expect(results.map(({ turn }) => turn)).toEqual([null, 0, 1]);
    // No question of the dropped turn is left in the conversation.
    if (expected[2] === null) expect(server.seen[1]?.body.messages).toEqual([{ role: 'user', content: 'two' }]);
  });

  it('skips what waits for a dropped parent', async () => {
    await using server = await startSlowServer(100);
    const graph = [
      { id: 'a', prompt: 'a', parents: [] },
      { id: 'b', prompt: 'b', parents: [] },
      { id: 'c', prompt: 'c', parents: ['b'] },
      { id: 'd', prompt: 'd', parents: ['a'] },
    ];
    const options = { endpoint: server.url, concurrency: 1, whenSaturated: 'drop' } as const;
    const { results } = await collect([{ timestamp: 0, requests: graph }], options);
    expect(types(results)).toEqual([null, 'dropped', 'skipped', null]);
  });

  it('goes through thousands of them, sessions and graphs too', async () => {
    await using server = await startSlowServer(800);
    const requests = Array.from({ length: 5_000 }, (_, index) => [
      { id: `p${index}`, prompt: 'x' },
      { id: `c${index}`, prompt: 'y', parents: [`p${index}`] },
      { prompt: 'z', session_id: 's' },
    ]);
    for (const failedTurn of ['skip-rest', 'continue'] as const) {
      const { results, record } = await collect([{ timestamp: 0, requests: requests.flat() }], {
        endpoint: server.url,
        concurrency: 1,
        whenSaturated: 'drop',
        failedTurn,
        maxClientLagMs: 5000,
      });
      expect(results).toHaveLength(15_000);
      expect(record.counts.succeeded).toBeLessThan(10);
      expect(record.counts.succeeded + record.counts.unsent).toBe(15_000);
    }
  });
});

describe('a ceiling that rises', () => {
  it('lets more users in one by one, evenly over the ramp', async () => {
    const load = { open: 0, most: [] as number[] };
    await using server = await startScriptedServer(async (response, request) => {
      load.open++;
      load.most.push(load.open);
      await sleep(30);
      load.open--;
      saying('a')(response, request);
    });
    const { results, record } = await collect(steady(150, 0), {
      endpoint: server.url,
      pacing: 'asap',
      concurrency: 8,
      rampMs: 700,
    });
    expect(record.options).toMatchObject({ concurrency: 8, rampMs: 700, rampFrom: 1 });
    expect(record.in_flight?.max).toBe(8);
    expect(types(results).every((type) => type === null)).toBe(true);
    const startedBy = (ms: number): number[] =>
      results
        .filter(({ start_time: start }) => (Number(start) - record.start_time) * 1000 < ms)
        .map(({ request_id: id }) => Number(id));
    // One user needs 30 ms and more a request: two or three in the first 100 ms, then a user more every 100 ms.
    expect(startedBy(95).length).toBeLessThanOrEqual(4);
    expect(Math.max(...load.most.slice(0, startedBy(95).length))).toBe(1);
    expect(Math.max(...load.most.slice(0, startedBy(295).length))).toBeLessThanOrEqual(3);
    expect(Math.max(...load.most)).toBe(8);
  });

  it('also holds what a schedule sends, whose wait is queue time', async () => {
    await using server = await startSlowServer(40);
    const { results } = await collect(steady(10, 1), {
      endpoint: server.url,
      concurrency: 4,
      rampMs: 200,
      rampFrom: 2,
    });
    expect(results[1]?.queue_time).toBe(0);
    expect(Number(results[2]?.queue_time)).toBeGreaterThan(0.03);
    expect(types(results).every((type) => type === null)).toBe(true);
  });

  it('ends with the run', async () => {
    await using server = await startSlowServer(20);
    const run = runWorkload(steady(50, 0), {
      endpoint: server.url,
      model: 'm',
      pacing: 'asap',
      concurrency: 1000,
      rampMs: 3_600_000,
    });
    await run.started;
    setTimeout(() => run.cancel(), 200);
    const results: RequestResult[] = [];
    for await (const result of run) results.push(result);
    expect(results).toHaveLength(50);
    expect(types(results).at(-1)).toBe('cancelled');
  });
});

describe('options that mean nothing', () => {
  it.each<[Partial<RunOptions>, string]>([
    [{ whenSaturated: 'drop' }, 'whenSaturated: to drop requests needs a concurrency'],
    [{ whenSaturated: 'drop', concurrency: 1, pacing: 'asap' }, 'whenSaturated: with pacing asap'],
    [{ rampMs: 1000 }, 'rampMs: a ramp needs a concurrency'],
    [{ rampMs: 1000, rampFrom: 5, concurrency: 4 }, 'rampFrom: 5 is above the concurrency of 4'],
    [{ rampMs: 0, concurrency: 4 }, 'rampMs: expected a number of milliseconds above 0, or null, found 0'],
    [{ rampMs: 10, concurrency: 4, rampFrom: 0.5 }, 'rampFrom: expected a whole number from 1'],
    [{ resultQueueBytes: 0 }, 'resultQueueBytes: expected a whole number of bytes from 1'],
  ])('%o', (options, message) => {
    expect(() => runWorkload([], { endpoint: 'http://x.test', model: 'm', ...options })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    );
  });
});
