import { type Clock, createRealClock } from '@aibrix/core/clock';
import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { type Simulator, type SimulatorOptions, startSimulator } from '@aibrix/simulator';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, type TestRunOptions } from './collect.js';

let simulator: Simulator | undefined;

afterEach(() => simulator?.close());

const run = async (
  workload: WorkloadEntry[],
  client: Omit<TestRunOptions, 'endpoint'> & { model?: string },
  served: SimulatorOptions = {},
): Promise<RequestResult[]> => {
  simulator = await startSimulator({ port: 0, models: ['m'], replicas: 3, ...served });
  // What is asked before load would take its turn at the pods, and its share of the limits.
  const { results } = await collect(workload, { endpoint: simulator.url, preflight: 'off', ...client });
  return results;
};

const SESSIONS = 8;
const TURNS = 6;

/** Conversations whose questions and answers are long enough to fill blocks of the KV cache. */
const conversations = (): WorkloadEntry[] =>
  Array.from({ length: SESSIONS * TURNS }, (_, index) => {
    const [session, turn] = [index % SESSIONS, Math.floor(index / SESSIONS)];
    const prompt = `In session ${session}, turn ${turn}: ${'tell me more of the ships and of the sea. '.repeat(8)}`;
    return { timestamp: index, requests: [{ prompt, session_id: `s-${session}`, output_length: 40 }] };
  });

/** Of all prompt tokens, those that were cached. */
const cachedShare = (results: readonly RequestResult[]): number => {
  const total = (field: 'cached_tokens' | 'prompt_tokens'): number =>
    results.reduce((sum, result) => sum + Number(result[field]), 0);
  return total('cached_tokens') / total('prompt_tokens');
};

/** The pods that each session was sent to. */
const podsOf = (results: readonly RequestResult[]): Set<unknown>[] =>
  Array.from(
    Map.groupBy(results, ({ session_id }) => session_id).values(),
    (own) => new Set(own.map(({ target_pod_ip }) => target_pod_ip)),
  );

describe.each(['chat', 'responses'] as const)('conversations over %s and three replicas', (api) => {
  it('find more in the cache where their turns stay together', async () => {
    const shares: Record<string, number> = {};
    for (const routingStrategy of ['random', 'session-affinity', 'prefix-cache']) {
      const results = await run(conversations(), { api, routingStrategy });
      await simulator?.close();
      expect(results.every(({ status }) => status === 'success')).toBe(true);
      expect(new Set(results.map(({ routing_strategy }) => routing_strategy))).toEqual(new Set([routingStrategy]));
      shares[routingStrategy] = cachedShare(results);
      const pods = podsOf(results);
      expect(pods).toHaveLength(SESSIONS);
      const mostPods = Math.max(...pods.map(({ size }) => size));
      if (routingStrategy === 'random') expect(mostPods).toBeGreaterThan(1);
      // By prefixes a session moves on where its pod is too busy.
      if (routingStrategy === 'session-affinity') expect(mostPods).toBe(1);
      expect(new Set(pods.flatMap((own) => [...own])).size).toBeGreaterThan(1);
    }
    const { random = 0, 'session-affinity': affinity = 0, 'prefix-cache': prefix = 0 } = shares;
    // All but the new question of each turn: of six turns with one length about 15 of 21 parts.
    expect(affinity).toBeGreaterThan(0.6);
    expect(prefix).toBeGreaterThan(0.6);
    expect(random).toBeLessThan(affinity - 0.1);
    expect(random).toBeLessThan(prefix - 0.1);
  });
});

/** The real clock, set so that a minute began ten seconds ago. */
const earlyInTheMinute = (): Clock => {
  const clock = createRealClock();
  const shiftMs = 10_000 - (clock.now() % 60_000);
  return {
    now: () => clock.now() + shiftMs,
    at: (timeMs, callback) => clock.at(timeMs - shiftMs, callback),
    sleepUntil: (timeMs, options) => clock.sleepUntil(timeMs - shiftMs, options),
  };
};

describe('a gateway', () => {
  const three = Array.from(
    { length: 3 },
    (_, index): WorkloadEntry => ({
      timestamp: index,
      requests: [{ prompt: `Question ${index}: why is the sky blue?`, output_length: 4 }],
    }),
  );

  it.each(['chat', 'completions', 'responses'] as const)('sends %s to its pods', async (api) => {
    const results = await run(three, { api, routingStrategy: 'round-robin' });
    expect(results).toMatchObject(
      [0, 1, 2].map((pod) => ({
        status: 'success',
        output_tokens: 4,
        routing_strategy: 'round-robin',
        target_pod: `sim-pod-${pod}`,
        target_pod_ip: `10.0.0.${pod + 1}:8000`,
      })),
    );
    expect(simulator?.stats().pods.map(({ finished }) => finished.length)).toEqual([1, 1, 1]);
  });

  it('serves a LoRA adapter by its name', async () => {
    const adapted = await run(three, { model: 'sql' }, { loras: ['sql'] });
    expect(adapted.map(({ status, model }) => [status, model])).toEqual(three.map(() => ['success', 'sql']));
  });

  it('refuses what is beyond the requests of a minute, and the result says so', async () => {
    const clientOptions = { headers: { user: 'a' }, routingStrategy: 'random', maxRetries: 0 };
    const results = await run(three, clientOptions, { rpm: 2, clock: earlyInTheMinute() });
    expect(results.map(({ http_status }) => http_status).toSorted()).toEqual([200, 200, 429]);
  });

  it.each(['chat', 'completions', 'responses'] as const)(
    'puts a fault into an answer of %s that asks for one, and the client tells what it saw',
    async (api) => {
      const headers = { 'x-sim-fault': 'error-event:2' };
      const results = await run(three, { api, headers, maxRetries: 0 }, { profile: 'a100-llama-8b' });
      for (const result of results) {
        expect(result).toMatchObject({ status: 'error', http_status: 200, error_type: 'stream_interrupted' });
        expect(result.error_message).toContain('A fault was asked for.');
      }
      // The engine stopped with the answer.
      expect(simulator?.stats().finished).toEqual({ stop: 0, length: 0, abort: 3 });
    },
  );
});
