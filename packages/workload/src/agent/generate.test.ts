import { createHash } from 'node:crypto';
import { createIdealPrefixCache, createPromptSource, loadTokenizer, type PromptSource } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import type { AgentEntry, AgentEvent, AgentRequest } from './agent-records.js';
import { agent } from './generate.js';
import type { AgentOptions } from './options.js';

let source: PromptSource;
beforeAll(async () => {
  source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
});

const make = async (options: AgentOptions): Promise<AgentEntry[]> =>
  (await collect(agent(options, { source }))) as AgentEntry[];

const callsOf = (entries: AgentEntry[]): (AgentRequest & { timeMs: number })[] =>
  entries.flatMap(({ timestamp, requests }) => requests.map((request) => ({ ...request, timeMs: timestamp })));
const eventsOf = (entries: AgentEntry[]): (AgentEvent & { timeMs: number })[] =>
  entries.flatMap(({ timestamp, events }) => events.map((event) => ({ ...event, timeMs: timestamp })));

const bySession = <T extends { session_id: string }>(items: T[]): Map<string, T[]> =>
  Map.groupBy(items, ({ session_id }) => session_id);

const sha16 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const BUSY: AgentOptions = {
  seed: 17,
  numSessions: 12,
  sessionArrivalRateRps: 4,
  turnsPerSession: [2, 5],
  parallelTools: [1, 4],
  retryProbability: 0.5,
  maxToolRetries: 2,
};

describe('the graph of a session', () => {
  it('has the ids of the Python tool', async () => {
    const entries = await make({ seed: 17, numSessions: 2, turnsPerSession: 1, parallelTools: 1 });
    const sessions = [...bySession(callsOf(entries))];
    expect(sessions.map(([id]) => id)).toEqual([0, 1].map((session) => `session_${sha16(`17:session:${session}`)}`));
    expect(callsOf(entries)[0]).toMatchObject({
      id: `node_${sha16('17:node:0:0:plan')}`,
      agent: {
        schema_version: 'aibrix.agent-session.v1',
        task_id: `task_${sha16('17:task:0')}`,
        node_id: `node_${sha16('17:node:0:0:plan')}`,
        state_refs: [`state_${sha16('17:state:0')}`],
        parent_ids: [],
      },
    });
    expect(eventsOf(entries).map(({ node_id }) => node_id)).toContain(`node_${sha16('17:node:1:0:tool-0-0')}`);
  });

  it('is plan, tools at once, join, follow-up and wait, each after what it waits for', async () => {
    const entries = await make(BUSY);
    const calls = callsOf(entries);
    const events = eventsOf(entries);
    const endOf = new Map<string, number>([
      ...calls.map(({ id, timeMs, agent: { expected_latency_ms } }) => [id, timeMs + expected_latency_ms] as const),
      ...events.map(({ node_id, timeMs, duration_ms }) => [node_id, timeMs + duration_ms] as const),
    ]);
    const nodes = [
      ...calls.map(({ timeMs, agent: { parent_ids } }) => ({ timeMs, parent_ids })),
      ...events.map(({ timeMs, parent_ids }) => ({ timeMs, parent_ids })),
    ];
    for (const { timeMs, parent_ids } of nodes) {
      if (parent_ids.length === 0) continue;
      expect(timeMs).toBeCloseTo(Math.max(...parent_ids.map((id) => endOf.get(id) as number)), 2);
    }
    for (const [session, own] of bySession(calls)) {
      expect(own.map(({ agent: { phase, turn } }) => `${turn} ${phase}`)).toEqual(
        own.map((_, index) => `${index >> 1} ${index % 2 === 0 ? 'plan' : 'followup'}`),
      );
      const waits = events.filter((event) => event.session_id === session && event.node_type === 'wait');
      expect(waits).toHaveLength(own.length / 2 - 1);
    }
  });

  it('resolves tools and waits into parents and delays', async () => {
    const calls = callsOf(await make(BUSY));
    for (const own of bySession(calls).values()) {
      for (const [index, call] of own.entries()) {
        const before = own[index - 1];
        if (!before) {
          expect(call.parents).toEqual([]);
          expect(call.delay_ms).toBeUndefined();
          continue;
        }
        expect(call.parents).toEqual([before.id]);
        const expectedEnd = before.timeMs + before.agent.expected_latency_ms;
        expect(call.delay_ms).toBeCloseTo(call.timeMs - expectedEnd, 2);
      }
    }
  });

  it('tries a failed tool again, and never fails the last attempt', async () => {
    const events = eventsOf(await make({ ...BUSY, retryProbability: 1 }));
    const attempts = events.filter(({ node_type }) => node_type === 'tool' || node_type === 'retry');
    expect(attempts.length).toBeGreaterThan(100);
    for (const { attempt, status, node_type, context_delta_tokens, side_effects } of attempts) {
      expect([node_type, status, context_delta_tokens, side_effects]).toEqual([
        attempt === 0 ? 'tool' : 'retry',
        attempt === 2 ? 'succeeded' : 'failed',
        attempt === 2 ? 64 : 0,
        false,
      ]);
    }
  });

  it('keeps ranges, both ends included', async () => {
    const entries = await make({ ...BUSY, numSessions: 60, toolLatencyMs: [3, 5], thinkTimeMs: 7 });
    const events = eventsOf(entries);
    const durations = (type: AgentEvent['node_type']): Set<number> =>
      new Set(events.filter(({ node_type }) => node_type === type).map(({ duration_ms }) => duration_ms));
    expect(durations('tool')).toEqual(new Set([3, 4, 5]));
    expect(durations('wait')).toEqual(new Set([7]));
    expect(durations('join')).toEqual(new Set([0]));
    const turns = [...bySession(callsOf(entries)).values()].map((own) => own.length / 2);
    expect(new Set(turns)).toEqual(new Set([2, 3, 4, 5]));
  });
});

describe('the prompts of a session', () => {
  it('have exactly their tokens, and each longer one extends the shorter', async () => {
    const calls = callsOf(await make(BUSY));
    for (const own of bySession(calls).values()) {
      const encoded = own.map((call) => {
        const ids = encode(call.prompt as string);
        expect(ids).toHaveLength(call.prompt_length as number);
        return ids;
      });
      for (const [index, call] of own.entries()) {
        const plan = 256 + (index >> 1) * 128;
        const tools = ((call.prompt_length as number) - plan) / 64;
        expect(index % 2 === 0 ? [0] : [1, 2, 3, 4]).toContain(tools);
      }
      const [first = []] = encoded;
      for (const ids of encoded) expect(ids.slice(0, first.length)).toEqual(first);
      const byLength = encoded.toSorted((a, b) => a.length - b.length);
      for (const [index, ids] of byLength.entries()) {
        const shorter = byLength[index - 1] ?? [];
        expect(ids.slice(0, shorter.length)).toEqual(shorter);
      }
    }
  });

  it('are found in a prefix cache as the manifest says, and share between sessions only what is asked for', async () => {
    const generated = agent({ ...BUSY, sharedPromptTokens: 160 }, { source });
    const calls = callsOf((await collect(generated)) as AgentEntry[]);
    const cache = createIdealPrefixCache({ blockTokens: 16 });
    for (const { prompt } of calls) cache.add(Uint32Array.from(encode(prompt as string)));
    const [figures] = (generated.findings?.().statistics.ideal_prefix_cache ?? []) as object[];
    expect(figures).toEqual({ block_tokens: 16, ...cache.figures() });
    const starts = [...bySession(calls).values()].map(([first]) => encode(first?.prompt as string));
    expect(new Set(starts.map((ids) => ids.slice(0, 160).join()))).toHaveLength(1);
    expect(new Set(starts.map((ids) => ids.slice(160, 162).join()))).toHaveLength(12);
  });
});

describe('agent', () => {
  it('gives entries in order of time, the first session at 0, the same each time', async () => {
    const entries = await make(BUSY);
    const times = entries.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times)).toHaveLength(times.length);
    expect(times[0]).toBe(0);
    expect(await make(BUSY)).toEqual(entries);
    expect(callsOf(await make({ ...BUSY, seed: 18 }))[1]?.timeMs).not.toBe(callsOf(entries)[1]?.timeMs);
  });

  it('starts sessions at the rate asked for', async () => {
    const generated = agent({ numSessions: 4000, sessionArrivalRateRps: 20, turnsPerSession: 1, withText: false }, {});
    const starts = callsOf((await collect(generated)) as AgentEntry[])
      .filter(({ parents }) => parents.length === 0)
      .map(({ timeMs }) => timeMs);
    // Four standard errors of the mean gap of 50 ms.
    expect(Math.abs((starts.at(-1) as number) / 3999 - 50)).toBeLessThan((4 * 50) / Math.sqrt(3999));
    expect(generated.findings?.().statistics).toMatchObject({ sessions: 4000, events: 4000 * 3 });
  });

  it('leaves texts out where they are not asked for, and nothing else', async () => {
    const bare = (await collect(agent({ ...BUSY, withText: false }, {}))) as AgentEntry[];
    expect(callsOf(bare)).toEqual(callsOf(await make(BUSY)).map(({ prompt: _, ...call }) => call));
  });

  it.each([
    [{ numSessions: 0 }, /numSessions.*at least 1/s],
    [{ toolLatencyMs: [5, 3] as const }, /toolLatencyMs.*minimum is above its maximum/s],
    [{ turnsPerSession: 1.5 }, /turnsPerSession.*whole number/s],
    [{ retryProbability: 1.5 }, /retryProbability.*at most 1/s],
    [{ sharedPromptTokens: 300 }, /sharedPromptTokens.*must not be more than initialPromptTokens/s],
    [{ numTurns: 3 } as AgentOptions, /numTurns/],
  ])('refuses %j', (options, message) => {
    expect(() => agent(options, { source })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it('needs a source of prompts', () => {
    expect(() => agent({}, {})).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
