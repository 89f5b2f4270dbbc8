import { createRandom } from '@aibrix/core/random';
import type { RequestResult, RunRecord, WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runWorkload, type WorkloadRun } from '../../src/index.js';
import { sleep } from '../scripted-server.js';
import { startChaosServer, WORDS } from './chaos-server.js';
import { expectWhole } from './recorded.js';

const REQUESTS = 2000;
const TIMEOUT_MS = 300;

/** Requests that stand alone, turns of sessions and nodes of graphs, all mixed, in 1.5 s. */
const mixedWorkload = (seed: number): WorkloadEntry[] => {
  const random = createRandom(seed, 'workload');
  const tasks = Array.from({ length: 20 }, (): string[] => []);
  return Array.from({ length: REQUESTS }, (_, index) => {
    const kind = random.next();
    let request: WorkloadRequest = { prompt: `prompt ${index}`, output_length: 3 };
    if (kind < 0.4) {
      const delay = random.next() < 0.5 ? { delay_ms: random.below(30) } : {};
      request = { ...request, ...delay, session_id: `s${random.below(150)}`, completion: 'recorded' };
    } else if (kind < 0.75) {
      const task = random.below(tasks.length);
      const nodes = tasks[task] as string[];
      const parents = nodes.length === 0 ? [] : Array.from({ length: random.below(3) }, () => random.pick(nodes));
      request = { ...request, id: `n${index}`, parents, session_id: `g${task}`, delay_ms: random.below(10) };
      nodes.push(`n${index}`);
    }
    return { timestamp: (index * 1500) / REQUESTS, requests: [request] };
  });
};

interface Replay {
  workload: readonly WorkloadEntry[];
  results: RequestResult[];
  record: RunRecord;
  failedTurn: 'skip-rest' | 'continue';
}

const hasFailed = ({ status }: RequestResult): boolean => status === 'error';

/** Turns run one after the other; after a failed one nothing is sent, unless that is wanted. */
const expectSessions = ({ workload, results, failedTurn }: Replay): void => {
  const last = new Map<string | number, RequestResult>();
  for (const [index, result] of results.entries()) {
    const request = workload[index]?.requests[0];
    if (request?.session_id == null || request.parents != null) continue;
    const before = last.get(request.session_id);
    last.set(request.session_id, result);
    if (result.start_time == null || !before) continue;
    expect(result.start_time).toBeGreaterThanOrEqual(Number(before.end_time));
    if (failedTurn === 'skip-rest') expect(hasFailed(before)).toBe(false);
  }
};

/** What waits for others starts after the last of them. */
const expectGraph = ({ workload, results, failedTurn }: Replay): void => {
  const byId = new Map(results.map((result) => [result.workload_id, result]));
  for (const [index, result] of results.entries()) {
    if (result.start_time == null) continue;
    for (const id of workload[index]?.requests[0]?.parents ?? []) {
      const parent = byId.get(id) as RequestResult;
      expect(result.start_time).toBeGreaterThanOrEqual(Number(parent.end_time));
      if (failedTurn === 'skip-rest') expect(hasFailed(parent)).toBe(false);
    }
  }
};

const expectHonest = (results: readonly RequestResult[]): void => {
  for (const result of results) {
    if (result.status === 'success') expect(result.output).toBe(WORDS.join(''));
    else expect(result).toMatchObject({ error_type: expect.any(String), tpot: null, output_tokens: null });
    // Nothing is open beyond its deadline, whatever this machine is busy with besides.
    if (result.latency != null) expect(result.latency).toBeLessThan(TIMEOUT_MS / 1000 + 0.5);
  }
};

type Ending = (run: WorkloadRun) => Promise<void>;

const toTheEnd: Ending = async () => {};
const cancelled: Ending = async (run) => {
  await sleep(700);
  run.cancel();
};
const drainedThenCancelled: Ending = async (run) => {
  await sleep(500);
  run.drain();
  await sleep(60);
  run.cancel();
};

describe('2,000 requests against a server that fails in every way', () => {
  it.each<[string, number, Partial<RunOptions>, Ending, RunRecord['ended_early']]>([
    ['to the end, with retries', 1, { maxRetries: 2 }, toTheEnd, null],
    [
      'sending what follows failures, few sessions at once',
      2,
      { failedTurn: 'continue', maxConcurrentSessions: 40, maxRetries: 1, history: 'recorded' },
      toTheEnd,
      null,
    ],
    ['until a duration limit', 3, { durationLimitMs: 800, maxRetries: 3, concurrency: 60 }, toTheEnd, 'duration-limit'],
    [
      'cancelled, dropping under a ceiling',
      4,
      { concurrency: 30, whenSaturated: 'drop', failedTurn: 'continue' },
      cancelled,
      'interrupted',
    ],
    [
      'drained and then cancelled, with retries',
      5,
      { maxRetries: 5, maxConcurrentSessions: 20 },
      drainedThenCancelled,
      'interrupted',
    ],
    [
      'as soon as possible, over a ramp',
      6,
      { pacing: 'asap', concurrency: 150, rampMs: 500, maxRetries: 1 },
      toTheEnd,
      null,
    ],
    [
      'from two workers, over a ramp, until a duration limit',
      8,
      { workers: 2, concurrency: 80, rampMs: 400, durationLimitMs: 900, maxRetries: 1 },
      toTheEnd,
      'duration-limit',
    ],
    [
      'from two workers, dropping under a ceiling, cancelled',
      9,
      { workers: 2, concurrency: 30, whenSaturated: 'drop', failedTurn: 'continue' },
      cancelled,
      'interrupted',
    ],
    ['without streams', 7, { streaming: false, maxRetries: 1, failedTurn: 'continue' }, toTheEnd, null],
  ])(
    '%s: one result each, and nothing left open',
    { timeout: 60_000 },
    async (_, seed, options, ending, endedEarly) => {
      const unhandled: unknown[] = [];
      const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', onUnhandled);
      await using server = await startChaosServer(seed);
      const workload = mixedWorkload(seed);
      const run = runWorkload(workload, {
        endpoint: server.url,
        model: 'm',
        preflight: 'off',
        timeoutMs: TIMEOUT_MS,
        ...options,
      });
      await run.started;
      const ended = ending(run);
      const results: RequestResult[] = [];
      for await (const result of run) results.push(result);
      const record = await run.finished;
      await ended;
      results.sort((a, b) => Number(a.request_id) - Number(b.request_id));
      expectWhole(results, record, REQUESTS);
      expect(record.ended_early).toBe(endedEarly);
      // Every kind of failure is among them, and so are answers.
      expect(record.counts.succeeded).toBeGreaterThan(50);
      expect(Object.keys(record.counts.errors).length).toBeGreaterThan(4);
      const replay = { workload, results, record, failedTurn: options.failedTurn ?? 'skip-rest' };
      expectSessions(replay);
      expectGraph(replay);
      expectHonest(results);
      expect(run.progress()).toMatchObject({ phase: 'ended', inFlight: 0 });
      await expect.poll(() => server.open(), { timeout: 2000 }).toBe(0);
      expect(unhandled).toEqual([]);
      process.off('unhandledRejection', onUnhandled);
    },
  );
});
