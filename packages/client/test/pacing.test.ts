import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { runWorkload, type Transport } from '../src/index.js';
import { collect, steady } from './collect.js';
import { answer, saying, sleep, startScriptedServer } from './scripted-server.js';

/** Answers after `ms`, and counts how many requests it has at once. */
const startCountingServer = async (ms: number) => {
  const load = { open: 0, most: 0 };
  const server = await startScriptedServer(async (response) => {
    load.open++;
    load.most = Math.max(load.most, load.open);
    await sleep(ms);
    load.open--;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
  });
  return { server, load };
};

const HOUR_MS = 3_600_000;

describe('a ceiling on requests on their way', () => {
  it('makes those that are due wait, and blames the wait on nobody', async () => {
    const { server, load } = await startCountingServer(80);
    await using _ = server;
    const { results, record } = await collect(steady(6, 1), { endpoint: server.url, concurrency: 2 });
    expect(load.most).toBe(2);
    expect(results.every(({ status }) => status === 'success')).toBe(true);
    expect(results.map(({ scheduled_time }) => scheduled_time)).toEqual(
      results.map(({ planned_time }) => planned_time),
    );
    // Two at a time, 80 ms each.
    expect(results[5]?.queue_time).toBeGreaterThan(0.15);
    expect(results[0]?.queue_time).toBe(0);
    // The median of the waits is 75 ms: the lag leaves them out.
    expect(Number(record.verdict_figures.client_lag_p50_ms)).toBeLessThan(50);
  });

  it('counts turns of sessions and requests with parents like any other', async () => {
    const { server, load } = await startCountingServer(40);
    await using _ = server;
    const workload: WorkloadEntry[] = ['s', 't'].flatMap((session) =>
      ['one', 'two'].map((prompt) => ({ timestamp: 0, requests: [{ prompt, session_id: session }] })),
    );
    const graph = [
      { id: 'a', prompt: 'a', parents: [] },
      { id: 'b', prompt: 'b', parents: ['a'] },
    ];
    const { results, record } = await collect([...workload, { timestamp: 0, requests: graph }], {
      endpoint: server.url,
      concurrency: 1,
    });
    expect(load.most).toBe(1);
    expect(record.counts.succeeded).toBe(6);
    expect(results.map(({ turn }) => turn)).toEqual([0, 1, 0, 1, null, null]);
  });

  it('goes through thousands of requests that fail at once', async () => {
    const transport: Transport = {
      send: (_, events) => {
        events.onError(new Error('no way'), performance.timeOrigin + performance.now());
        return () => {};
      },
      close: async () => {},
    };
    for (const pacing of ['schedule', 'asap'] as const) {
      const workload = [{ timestamp: 0, requests: Array.from({ length: 20_000 }, () => ({ prompt: 'x' })) }];
      const { results } = await collect(workload, { endpoint: 'http://x.test', transport, concurrency: 1, pacing });
      expect(results).toHaveLength(20_000);
    }
  });

  it.each(['cancel', 'drain'] as const)('gives those that wait one result each after a %s', async (how) => {
    const { server } = await startCountingServer(250);
    await using _ = server;
    for (const pacing of ['schedule', 'asap'] as const) {
      const run = runWorkload(steady(5, 1), { endpoint: server.url, model: 'm', concurrency: 2, pacing });
      await run.started;
      setTimeout(() => run[how](), 150);
      const results: RequestResult[] = [];
      for await (const result of run) results.push(result);
      const types = results.toSorted((a, b) => Number(a.request_id) - Number(b.request_id)).map((r) => r.error_type);
      const sent = how === 'cancel' ? 'cancelled' : null;
      expect(types).toEqual([sent, sent, 'cancelled', 'cancelled', 'cancelled']);
      expect((await run.finished).counts).toMatchObject({ offered: 5, sent: 2 });
    }
  });
});

describe('as soon as possible', () => {
  it('keeps so many on their way, whatever the timestamps say', async () => {
    const { server, load } = await startCountingServer(50);
    await using _ = server;
    const { results, record } = await collect(steady(9, HOUR_MS), {
      endpoint: server.url,
      pacing: 'asap',
      concurrency: 3,
    });
    expect(load.most).toBe(3);
    expect(record.counts.succeeded).toBe(9);
    // Three rounds of 50 ms, not eight hours.
    expect(Number(record.end_time) - record.start_time).toBeLessThan(1);
    expect(results.slice(0, 3).every(({ planned_time }) => Number(planned_time) - record.start_time < 0.03)).toBe(true);
    for (const { planned_time, scheduled_time, queue_time } of results) {
      expect(scheduled_time).toBe(planned_time);
      expect(queue_time).toBe(0);
    }
    const firstEnd = Math.min(...results.map(({ end_time }) => Number(end_time)));
    expect(Number(results[3]?.planned_time)).toBeGreaterThanOrEqual(firstEnd);
    expect(Number(results[3]?.planned_time) - firstEnd).toBeLessThan(0.04);
  });

  it('keeps think times, and sends others meanwhile', async () => {
    await using server = await startScriptedServer(saying('a'));
    const turns = [{ prompt: 'one' }, { prompt: 'two', delay_ms: 300 }].map((turn) => ({ ...turn, session_id: 's' }));
    const workload: WorkloadEntry[] = [
      { timestamp: 0, requests: turns },
      { timestamp: HOUR_MS, requests: [{ prompt: 'alone' }] },
    ];
    const { results } = await collect(workload, { endpoint: server.url, pacing: 'asap', concurrency: 1 });
    expect(Number(results[1]?.scheduled_time) - Number(results[0]?.end_time)).toBeCloseTo(0.3, 4);
    expect(Number(results[2]?.end_time)).toBeLessThan(Number(results[1]?.start_time));
  });

  it('needs to know how many', () => {
    expect(() => runWorkload([], { endpoint: 'http://x.test', model: 'm', pacing: 'asap' })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('concurrency: pacing asap needs') }),
    );
    expect(() => runWorkload([], { endpoint: 'http://x.test', model: 'm', concurrency: 0 })).toThrow(/concurrency/);
  });
});
