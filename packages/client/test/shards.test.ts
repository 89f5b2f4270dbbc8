import { createRealClock, createVirtualClock } from '@aibrix/core/clock';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { runWorkload, type Transport } from '../src/index.js';
import { collect, steady } from './collect.js';
import { mixedWorkload } from './mixed-workload.js';
import { answer, saying, startScriptedServer } from './scripted-server.js';

const idsOf = (results: readonly RequestResult[]): number[] => results.map(({ request_id: id }) => Number(id));

/** Answers at once on a clock of its own. */
const instantly = (clock: ReturnType<typeof createVirtualClock>): Transport => ({
  send(_, events) {
    events.onSent(clock.now());
    return clock.at(clock.now() + 1, () => {
      events.onHeaders(200, { 'content-type': 'text/event-stream' }, clock.now());
      events.onData(Buffer.from(answer(['a'])), clock.now());
      events.onEnd(clock.now());
    });
  },
  close: async () => {},
});

/** Runs shards of a workload on virtual clocks. */
const replay = async (workload: ReturnType<typeof mixedWorkload>, options: object) => {
  const clock = createVirtualClock({ startMs: 1_000_000 });
  const running = collect(workload, { endpoint: 'http://x', clock, transport: instantly(clock), ...options });
  let isOver = false;
  running.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.run();
  }
  return running;
};

describe('shards', () => {
  it.each([1, 2, 3, 7])('are together the whole workload, each request once, when there are %d', async (count) => {
    const workload = mixedWorkload(20);
    const whole = await replay(workload, {});
    const all: RequestResult[] = [];
    for (let index = 0; index < count; index++) {
      const { results, record } = await replay(workload, { shard: { index, count }, startAtMs: 2_000_000 });
      expect(record.start_time).toBe(2000);
      expect(results.every(({ shard }) => shard === index)).toBe(true);
      expect(record.counts.offered).toBe(results.length);
      expect(record.options).toMatchObject({ shard: { index, count }, startAtMs: 2_000_000 });
      all.push(...results);
    }
    all.sort((a, b) => Number(a.request_id) - Number(b.request_id));
    expect(idsOf(all)).toEqual(idsOf(whole.results));
    // Numbers, turns and names are those of the whole workload, and so is the time of each from the start.
    const essence = (startTime: number) => (result: RequestResult) => [
      result.workload_id,
      result.turn,
      result.input,
      result.status,
      Math.round((Number(result.planned_time) - startTime) * 1000),
    ];
    expect(all.map(essence(2000))).toEqual(whole.results.map(essence(whole.record.start_time)));
  });

  it('may have workers, and divide their part once more', async () => {
    await using server = await startScriptedServer(saying('a'));
    const workload = mixedWorkload(12, 2);
    const all: RequestResult[] = [];
    for (const index of [0, 1]) {
      const shard = { index, count: 2 };
      const { results } = await collect(workload, { endpoint: server.url, shard, workers: 2 });
      expect(new Set(results.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
      all.push(...results);
    }
    expect(idsOf(all).toSorted((a, b) => a - b)).toEqual(workload.map((_, index) => index));
  });

  it('may be cancelled: each of its own requests has a result, and no other', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(100, 1000), {
      endpoint: server.url,
      model: 'm',
      shard: { index: 0, count: 2 },
    });
    await run.started;
    run.cancel();
    const results: RequestResult[] = [];
    for await (const result of run) results.push(result);
    const { counts } = await run.finished;
    expect(counts.offered).toBe(results.length);
    expect(results.length).toBeGreaterThan(30);
    expect(results.length).toBeLessThan(70);
  });

  it('may have nothing to do, and say so', async () => {
    const { results, record } = await replay(steady(1, 0), { shard: { index: 0, count: 1000 } });
    expect(results).toEqual([]);
    expect(record.verdict).toBe('valid');
    expect(record.warnings).toEqual(['none of the 1 requests belongs to shard 0 of 1000']);
  });

  it('take streams too', async () => {
    await using server = await startScriptedServer(saying('a'));
    const stream = async function* () {
      yield* steady(40, 1);
    };
    const { results } = await collect(stream(), { endpoint: server.url, shard: { index: 1, count: 2 } });
    const other = await collect(steady(40, 1), { endpoint: server.url, shard: { index: 0, count: 2 } });
    expect([...idsOf(results), ...idsOf(other.results)].toSorted((a, b) => a - b)).toEqual(
      steady(40, 1).map((_, i) => i),
    );
  });

  it.each([
    [{ index: 2, count: 2 }, 'found 2 of 2'],
    [{ index: -1, count: 2 }, 'found -1 of 2'],
    [{ index: 0.5, count: 2 }, 'found 0.5 of 2'],
    [{ index: 0, count: 0 }, 'found 0 of 0'],
  ])('refuses %j', (shard, found) => {
    expect(() => runWorkload(steady(1, 0), { endpoint: 'http://x', model: 'm', shard })).toThrow(
      `shard: expected an index from 0 below the count, ${found}`,
    );
  });
});

describe('a start at a set time', () => {
  it('is where the schedule begins, to the millisecond, with workers and without', async () => {
    await using server = await startScriptedServer(saying('a'));
    for (const workers of [1, 2]) {
      const startAtMs = Math.ceil(createRealClock().now()) + 5000;
      const { results, record } = await collect(steady(5, 10), { endpoint: server.url, startAtMs, workers });
      expect(record.start_time).toBe(startAtMs / 1000);
      expect(results.map(({ planned_time: time }) => time)).toEqual(
        [0, 10, 20, 30, 40].map((ms) => (startAtMs + ms) / 1000),
      );
      expect(server.seen.every(({ arrivedMs }) => arrivedMs >= startAtMs - 1)).toBe(true);
      server.seen.length = 0;
    }
  });

  it('can be waited for in vain: a cancel ends the wait', async () => {
    await using server = await startScriptedServer(saying('a'));
    const startAtMs = createRealClock().now() + 3_600_000;
    const run = runWorkload(steady(5, 10), { endpoint: server.url, model: 'm', startAtMs });
    await run.started;
    run.cancel();
    const { counts } = await run.finished;
    expect(counts).toMatchObject({ offered: 5, unsent: 5, sent: 0 });
  });

  it('is refused when it has passed, before anything is done', async () => {
    await using server = await startScriptedServer(saying('a'));
    const startAtMs = createRealClock().now() - 5000;
    await expect(collect(steady(1, 0), { endpoint: server.url, startAtMs })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^startAtMs: that time had passed by 5\.\d s before the preparations$/),
      hint: 'The schedule is never moved: choose a later time, the same for every shard.',
    });
  });

  it('is refused when it passes while the run is made ready, for no shard may begin late on its own', async () => {
    await using server = await startScriptedServer(saying('a'));
    const startAtMs = createRealClock().now() + 20;
    await expect(collect(steady(1, 0), { endpoint: server.url, startAtMs })).rejects.toThrow(
      'when everything was ready',
    );
    expect(server.seen).toEqual([]);
  });
});
