import type { WorkloadEntry } from '@aibrix/schema';
import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { eventsOf } from './entry-events.js';
import { type SampleOptions, sampleWorkload } from './sample-workload.js';

const SESSIONS = 5000;
/** Three turns of each session, and as many requests without one. */
const ENTRIES: WorkloadEntry[] = Array.from({ length: SESSIONS * 3 }, (_, timestamp) => ({
  timestamp,
  requests: [{ session_id: timestamp % SESSIONS }, {}],
}));

const sample = (options: SampleOptions) => collect(sampleWorkload(inputOf(ENTRIES), options));
const turnsOf = (entries: readonly WorkloadEntry[]): Map<string, number> => {
  const turns = new Map<string, number>();
  for (const { session_id } of entries.flatMap(({ requests }) => requests)) {
    if (session_id != null) turns.set(String(session_id), (turns.get(String(session_id)) ?? 0) + 1);
  }
  return turns;
};
const idsOf = (entries: readonly WorkloadEntry[]): string[] =>
  entries.flatMap(({ requests }) => requests.map(({ id }) => id ?? 'none'));

/** Turns of conversations, each after the one before it, as a trace with parents has them. */
const chains = (count: number): WorkloadEntry[] =>
  Array.from({ length: count * 3 }, (_, place) => {
    const turn = Math.floor(place / count);
    const chat = place % count;
    const parents = turn === 0 ? [] : [`${chat}/${turn - 1}`];
    return { timestamp: place, requests: [{ id: `${chat}/${turn}`, session_id: chat, parents }] };
  });

describe('sampleWorkload', () => {
  test.for([0.05, 0.3, 0.9])('takes whole sessions and single requests, each with probability %d', async (share) => {
    const sampled = await sample({ share, seed: 1 });
    const turns = turnsOf(sampled);
    expect([...turns.values()].every((count) => count === 3)).toBe(true);
    const single = sampled.flatMap(({ requests }) => requests).filter(({ session_id }) => session_id == null).length;
    // Binomial: four standard deviations.
    const within = (count: number, of: number) =>
      expect(Math.abs(count - of * share)).toBeLessThan(4 * Math.sqrt(of * share * (1 - share)));
    within(turns.size, SESSIONS);
    within(single, ENTRIES.length);
  });

  test('is the same for the same seed, another for another, and a part of a larger one', async () => {
    const small = await sample({ share: 0.2, seed: 'x' });
    expect(JSON.stringify(await sample({ share: 0.2, seed: 'x' }))).toBe(JSON.stringify(small));
    expect(idsOf(await sample({ share: 0.2, seed: 'y' }))).not.toEqual(idsOf(small));
    const large = new Set(idsOf(await sample({ share: 0.4, seed: 'x' })));
    expect(idsOf(small).every((id) => large.has(id))).toBe(true);
    expect(idsOf(await sample({ share: 1 }))).toHaveLength(SESSIONS * 6);
  });

  test('keeps sessions from version to version', async () => {
    expect([...turnsOf(await sample({ share: 0.001 })).keys()]).toMatchInlineSnapshot(`
      [
        "189",
        "1326",
        "1618",
        "1648",
        "1768",
        "2222",
        "2725",
        "3107",
        "3108",
        "3237",
      ]
    `);
  });

  test('keeps ids, times, parents and the events of its sessions', async () => {
    const graph = (session: number): WorkloadEntry => ({
      timestamp: session,
      requests: [
        { id: `${session} a`, session_id: session },
        { session_id: session, parents: [`${session} a`] },
      ],
      ...{ events: [{ session_id: session }, { node_id: 'loose' }] },
    });
    const workload = sampleWorkload(inputOf(Array.from({ length: 40 }, (_, session) => graph(session))), {
      share: 0.5,
    });
    const entries = await collect(workload);
    const whole = entries.filter(({ requests }) => requests.length > 0);
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.length).toBeLessThan(35);
    for (const entry of whole) {
      const session = entry.timestamp;
      expect(entry.requests).toEqual([
        { id: `${session} a`, session_id: session },
        { id: `${session}-1`, session_id: session, parents: [`${session} a`] },
      ]);
      expect(eventsOf(entry)).toHaveLength(2);
    }
    const emptied = entries.filter(({ requests }) => requests.length === 0);
    expect(emptied.every((entry) => eventsOf(entry).length === 1)).toBe(true);
    expect(entries).toHaveLength(40);
    expect(workload.findings?.().statistics).toMatchObject({ requests_left_out: emptied.length * 2 });
  });

  test('keeps a chain of requests with parents whole', async () => {
    const sampled = await collect(sampleWorkload(inputOf(chains(60)), { share: 0.5 }));
    const requests = sampled.flatMap((entry) => entry.requests);
    const ids = new Set(requests.map(({ id }) => id));
    expect(ids.size).toBeGreaterThan(45);
    expect(ids.size).toBeLessThan(135);
    expect(ids.size % 3).toBe(0);
    expect(requests.every(({ parents }) => parents?.every((parent) => ids.has(parent)))).toBe(true);
  });

  test('names every problem of its options', () => {
    expect(() => sampleWorkload(inputOf([]), { share: 0 })).toThrow('sample: share: must be above 0');
    expect(() => sampleWorkload(inputOf([]), { share: 1.1 })).toThrow('sample: share: must be at most 1');
  });
});
