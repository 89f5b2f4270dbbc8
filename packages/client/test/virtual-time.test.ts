import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '@aibrix/core/clock';
import { createRandom, exponential } from '@aibrix/core/random';
import type { RequestResult, RunRecord, WorkloadEntry } from '@aibrix/schema';
import {
  createVirtualServer,
  type EngineProfile,
  type TruthRecord,
  type VirtualServer,
  type VirtualServerOptions,
} from '@aibrix/simulator';
import { describe, expect, it } from 'vitest';
import type { RunOptions, WorkloadSource } from '../src/index.js';
import { collect, single, steady } from './collect.js';

const START_MS = Date.UTC(2026, 0, 1);

interface Outcome {
  results: RequestResult[];
  record: RunRecord;
  truths: Map<string, TruthRecord>;
  stats: ReturnType<VirtualServer['stats']>;
}

interface Scenario {
  server?: Omit<VirtualServerOptions, 'clock'>;
  client?: Partial<RunOptions>;
  /** Called when load begins. */
  onStart?: (server: VirtualServer, at: (afterMs: number, callback: () => void) => void) => void;
}

/** The real dispatcher against the simulated engine, on one virtual clock. */
const simulate = async (workload: WorkloadSource, { server, client, onStart }: Scenario = {}): Promise<Outcome> => {
  const clock = createVirtualClock({ startMs: START_MS });
  const truths = new Map<string, TruthRecord>();
  const transport = await createVirtualServer({
    profile: 'a100-llama-8b',
    ...server,
    clock,
    onTruth: (truth) => truths.set(truth.request_id, truth),
  });
  onStart?.(transport, (afterMs, callback) => {
    clock.at(clock.now() + afterMs, callback);
  });
  const running = collect(workload, { endpoint: 'http://virtual.test', ...client, transport, clock });
  return { ...(await clock.runUntil(running)), truths, stats: transport.stats() };
};

/** Random arrivals and lengths. */
const hour = (ratePerSecond: number, seconds: number): WorkloadEntry[] => {
  const random = createRandom(1, 'hour');
  const gapMs = exponential(random, ratePerSecond / 1_000);
  const entries: WorkloadEntry[] = [];
  for (let timestamp = gapMs(); timestamp < seconds * 1_000; timestamp += gapMs()) {
    const prompt = `Question ${entries.length}. ${'Tell me of the ships and of the sea. '.repeat(random.below(40))}`;
    entries.push({ timestamp, requests: [{ prompt, output_length: 1 + random.below(30) }] });
  }
  return entries;
};

describe('virtual time', () => {
  it('runs an hour of load in seconds, with every request on time and measured as it truly was', async () => {
    const workload = hour(5, 3_600);
    const { results, record, truths } = await simulate(workload);
    expect(results).toHaveLength(workload.length);
    expect(record.verdict).toBe('valid');
    expect(record.end_time - record.start_time).toBeGreaterThan(3_590);
    for (const result of results) {
      const truth = truths.get(String(result.target_request_id)) as TruthRecord;
      expect(result.status).toBe('success');
      expect(result.dispatch_lag).toBe(0);
      expect(result.output_tokens).toBe(result.output_length_planned);
      // Results are rounded to a microsecond.
      expect(Math.abs(Number(result.first_token_time) - Number(truth.first_token_time))).toBeLessThan(1e-6);
      expect(Math.abs(Number(result.end_time) - truth.end_time)).toBeLessThan(1e-6);
    }
  }, 120_000);

  it('gives the same bytes for a seed, and others for another', async () => {
    const workload = hour(8, 120);
    const bytes = async (seed: number): Promise<string> => {
      const { results, record } = await simulate(workload, { server: { seed } });
      return JSON.stringify([results, record.counts, record.verdict_figures, record.dispersion]);
    };
    const first = await bytes(1);
    expect(await bytes(1)).toBe(first);
    expect(await bytes(2)).not.toBe(first);
  }, 60_000);
});

it('replays a file that is larger than what is read ahead, as it does the same requests from memory', async () => {
  const workload = steady(6_000, 20, () => ({ output_length: 2 }));
  const folder = await mkdtemp(join(tmpdir(), 'virtual-'));
  const file = join(folder, 'workload.jsonl');
  await writeFile(file, workload.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const fromFile = await simulate(file);
  await rm(folder, { recursive: true });
  expect(fromFile.results).toHaveLength(6_000);
  expect(fromFile.results.every(({ dispatch_lag }) => dispatch_lag === 0)).toBe(true);
  expect(fromFile.results).toEqual((await simulate(workload)).results);
});

describe('the model, seen from the client', () => {
  /** 10 ms a step, 1 ms a prompt token, 2 ms a decode. */
  const round: EngineProfile = {
    name: 'round',
    stepTime: {
      baseMs: 10,
      perPrefillTokenMs: 1,
      perPrefillTokenPairMs: 0,
      perDecodeSequenceMs: 2,
      perContextTokenMs: 0,
    },
    stepTimeCv: 0,
    maxNumSeqs: 100,
    maxNumBatchedTokens: 1_000,
    maxModelLen: 4_096,
    kvCacheTokens: 65_536,
  };

  it('is what its formula says: prefill, then a step a token', async () => {
    const { results } = await simulate(single({ prompt: ' word'.repeat(90), output_length: 11 }), {
      server: { profile: round },
    });
    const [result] = results as [RequestResult];
    expect(result.ttft).toBeCloseTo(0.1, 9);
    expect(result.tpot).toBeCloseTo(0.012, 9);
    expect(result.latency).toBeCloseTo(0.1 + 10 * 0.012, 9);
    expect(result.itl).toHaveLength(10);
  });

  it('has a queue where the batch is full', async () => {
    const { results, truths } = await simulate(
      steady(3, 0, () => ({ prompt: ' word'.repeat(90), output_length: 11 })),
      { server: { profile: { ...round, maxNumSeqs: 1 } } },
    );
    const queued = results.map((result) => truths.get(String(result.target_request_id))?.queue_time);
    expect(queued.map((seconds) => Number(seconds).toFixed(3))).toEqual(['0.000', '0.220', '0.360']);
    // The second and third find 80 of their 90 tokens.
    expect(results.map(({ cached_tokens }) => cached_tokens)).toEqual([0, 80, 80]);
    expect(results.map((result) => Number(result.ttft).toFixed(3))).toEqual(['0.100', '0.240', '0.380']);
  });
});

describe('what requests share', () => {
  it('is found turn by turn in a session: all full blocks of the turn before and its answer', async () => {
    const turn = (at: number): WorkloadEntry => ({
      timestamp: at * 1_000,
      requests: [{ prompt: `Turn ${at}: ${'what of the ships? '.repeat(20)}`, output_length: 50, session_id: 's' }],
    });
    const { results, stats } = await simulate([0, 1, 2, 3, 4].map(turn));
    results.forEach(({ cached_tokens }, index) => {
      const before = results[index - 1];
      const known = before ? Number(before.prompt_tokens) + Number(before.output_tokens) - 1 : 0;
      expect(cached_tokens).toBe(Math.floor(known / 16) * 16);
    });
    expect(stats.prefixCacheHitTokens).toBe(results.reduce((sum, result) => sum + Number(result.cached_tokens), 0));
  });

  it('is found along an agent graph, whose prompts hold what came before', async () => {
    const context = 'The harbour, its ships and its market. '.repeat(12);
    const node = (id: string, prompt: string, parents: string[]): WorkloadEntry => ({
      timestamp: 0,
      requests: [{ id, prompt, output_length: 20, ...(parents.length > 0 && { parents, delay_ms: 100 }) }],
    });
    const { results } = await simulate([
      node('plan', context, []),
      node('left', `${context} Look left.`, ['plan']),
      node('right', `${context} Look right.`, ['plan']),
      node('sum', `${context} Look left. And sum up.`, ['left', 'right']),
    ]);
    const [plan, ...later] = results.map(({ cached_tokens }) => Number(cached_tokens));
    expect(plan).toBe(0);
    for (const cached of later) expect(cached).toBeGreaterThan(80);
  });
});

describe('trouble', () => {
  it('of a server that stands still for 5 s shows on the scheduled clock, and moves no later request', async () => {
    const { results, record } = await simulate(
      steady(600, 100, () => ({ output_length: 4 })),
      { onStart: (server, at) => at(20_000, () => server.pause(5_000)) },
    );
    expect(record.verdict).toBe('valid');
    expect(results.every(({ status, dispatch_lag }) => status === 'success' && dispatch_lag === 0)).toBe(true);
    const waits = results.map((result) => Number(result.first_token_time) - Number(result.scheduled_time));
    expect(Math.max(...waits)).toBeGreaterThan(4.9);
    // Those due in the pause, and nobody else.
    expect(waits.filter((seconds) => seconds > 0.5).length).toBeGreaterThan(40);
    expect(waits.filter((seconds) => seconds > 0.5).length).toBeLessThanOrEqual(50);
    expect(Math.max(...waits.slice(300))).toBeLessThan(0.2);
  });

  it('of too much load ends in timeouts, each of which frees the engine', async () => {
    const { results, stats } = await simulate(
      steady(400, 5, () => ({ prompt: ' word'.repeat(400), output_length: 200 })),
      { server: { maxNumSeqs: 8 }, client: { timeoutMs: 5_000 } },
    );
    const timeouts = results.filter(({ error_type }) => error_type === 'timeout').length;
    expect(timeouts).toBeGreaterThan(100);
    expect(results.filter(({ status }) => status === 'success')).toHaveLength(400 - timeouts);
    expect(stats).toMatchObject({
      running: 0,
      waiting: 0,
      usedKvBlocks: 0,
      abandoned: timeouts,
      succeeded: 400 - timeouts,
    });
  });

  it('of memory is preempted, and every answer comes whole all the same', async () => {
    const { results, stats } = await simulate(
      steady(60, 20, (index) => ({ prompt: `Question ${index}: ${' word'.repeat(100)}`, output_length: 300 })),
      { server: { kvCacheTokens: 4_096, maxModelLen: 4_096 } },
    );
    expect(stats.preemptions).toBeGreaterThan(10);
    for (const result of results) expect(result).toMatchObject({ status: 'success', output_tokens: 300 });
  });

  it('of a request that is refused is a result like any other', async () => {
    const refused = await simulate(single({ prompt: ' word'.repeat(200) }), { server: { maxModelLen: 100 } });
    expect(refused.results[0]).toMatchObject({ status: 'error', error_type: 'http_4xx', http_status: 400 });
    const locked = await simulate(single(), { server: { apiKey: 'right' }, client: { apiKey: 'wrong' } });
    expect(locked.results[0]).toMatchObject({ status: 'error', http_status: 401 });
    expect(JSON.stringify(locked)).not.toContain('wrong');
    const open = await simulate(single(), { server: { apiKey: 'right' }, client: { apiKey: 'right' } });
    expect(open.results[0]).toMatchObject({ status: 'success' });
  });

  it('of a run that is cancelled leaves nothing in the engine', async () => {
    const controller = new AbortController();
    const { results, stats } = await simulate(
      steady(100, 100, () => ({ output_length: 500 })),
      {
        client: { signal: controller.signal },
        onStart: (_, at) => at(3_000, () => controller.abort()),
      },
    );
    expect(results).toHaveLength(100);
    expect(results.every(({ error_type }) => error_type === 'cancelled')).toBe(true);
    expect(stats).toMatchObject({ running: 0, waiting: 0, usedKvBlocks: 0 });
  });
});

it('takes answers that are not streamed', async () => {
  const { results } = await simulate(single({ output_length: 30 }), { client: { streaming: false } });
  expect(results[0]).toMatchObject({ status: 'success', output_tokens: 30, ttft: null });
});
