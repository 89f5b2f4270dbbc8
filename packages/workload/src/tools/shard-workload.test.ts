import { createHash } from 'node:crypto';
import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { eventsOf } from './entry-events.js';
import { withStatedIds } from './request-key.js';
import { shardOf } from './shard-of.js';
import { shardWorkload } from './shard-workload.js';

const shardsOf = (entries: readonly WorkloadEntry[], shards: number): Promise<WorkloadEntry[][]> =>
  Promise.all(
    Array.from({ length: shards }, (_, shard) => collect(shardWorkload(inputOf(entries), { shard, shards }))),
  );

/** Turns of conversations, each after the one before it, as a trace with parents has them. */
const chains = (count: number): WorkloadEntry[] =>
  Array.from({ length: count * 3 }, (_, place) => {
    const turn = Math.floor(place / count);
    const chat = place % count;
    const parents = turn === 0 ? [] : [`${chat}/${turn - 1}`];
    return { timestamp: place, requests: [{ id: `${chat}/${turn}`, session_id: chat, parents }] };
  });

describe('shardOf', () => {
  test('is the first 48 bits of SHA-256, modulo the shards', () => {
    const digest = createHash('sha256').update('Grüße').digest('hex');
    expect(shardOf('Grüße', 1000)).toBe(Number(BigInt(`0x${digest.slice(0, 12)}`) % 1000n));
    expect(['a', '0', '1-0'].map((key) => shardOf(key, 7))).toMatchInlineSnapshot(`
      [
        6,
        0,
        6,
      ]
    `);
  });

  test('is even', () => {
    const counts = new Array(8).fill(0) as number[];
    for (let index = 0; index < 8000; index++)
      counts[shardOf(`${index}-0`, 8)] = (counts[shardOf(`${index}-0`, 8)] ?? 0) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // The 99.9 % quantile of chi-square with 7 degrees of freedom.
    expect(chiSquare).toBeLessThan(24.32);
  });
});

describe('shardWorkload', () => {
  test('parts a workload: each request and event once, with its time and id, and sessions whole', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, fc.integer({ min: 1, max: 5 }), async (entries, shards) => {
        const parts = await shardsOf(entries, shards);
        const requestsOf = (all: readonly WorkloadEntry[]) =>
          all.flatMap(({ timestamp, requests }) =>
            requests.map((request) => JSON.stringify({ timestamp, ...request })),
          );
        expect(parts.flatMap(requestsOf).sort()).toEqual(requestsOf(entries.map(withStatedIds)).sort());
        const eventsIn = (all: readonly WorkloadEntry[]) =>
          all.flatMap((entry) => eventsOf(entry).map((event) => JSON.stringify([entry.timestamp, event])));
        expect(parts.flatMap(eventsIn).sort()).toEqual(eventsIn(entries).sort());
        for (const part of parts) {
          const times = part.map(({ timestamp }) => timestamp);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(part.every((entry) => entry.requests.length + eventsOf(entry).length > 0)).toBe(true);
        }
        const homes = parts.flatMap((part, shard) =>
          part.flatMap(({ requests }) =>
            requests.flatMap(({ session_id }) => (session_id == null ? [] : [`${session_id} ${shard}`])),
          ),
        );
        const sessions = new Set(homes.map((home) => home.split(' ')[0]));
        expect(new Set(homes).size).toBe(sessions.size);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('puts a session where its id says, a request where its own says, and loose events into shard 0', async () => {
    const entry = {
      timestamp: 1,
      requests: [{ session_id: 5 }, { id: 'x' }, {}],
      events: [{ node_id: 'loose' }, { node_id: 'n', session_id: 5 }],
    };
    const parts = await shardsOf([entry], 3);
    for (const key of ['5', 'x', '0-2']) {
      const found = parts.findIndex((part) =>
        part.some(({ requests }) => requests.some(({ session_id, id }) => String(session_id ?? id) === key)),
      );
      expect(found).toBe(shardOf(key, 3));
    }
    expect(parts.map((part) => part.flatMap(eventsOf).map((event) => (event as { node_id: string }).node_id))).toEqual(
      [0, 1, 2].map((shard) => [...(shard === 0 ? ['loose'] : []), ...(shard === shardOf('5', 3) ? ['n'] : [])]),
    );
  });

  test('counts what is elsewhere', async () => {
    const entries = Array.from({ length: 100 }, (_, timestamp) => ({ timestamp, requests: [{}] }));
    const workload = shardWorkload(inputOf(entries), { shard: 1, shards: 4 });
    const here = await collect(workload);
    expect(workload.findings?.().statistics).toMatchObject({ requests_in_other_shards: 100 - here.length });
    expect(workload.origin).toMatchObject({ generator: 'shard', options: { shard: 1, shards: 4 }, seed: null });
  });

  test('keeps a chain of requests with parents whole', async () => {
    const parts = await shardsOf(chains(30), 3);
    expect(parts.flat()).toHaveLength(90);
    for (const part of parts) {
      const requests = part.flatMap((entry) => entry.requests);
      const ids = new Set(requests.map(({ id }) => id));
      expect(ids.size).toBeGreaterThan(0);
      expect(ids.size % 3).toBe(0);
      expect(requests.every(({ parents }) => parents?.every((parent) => ids.has(parent)))).toBe(true);
    }
  });

  test('refuses a graph that no session holds together', async () => {
    const entry = { timestamp: 0, requests: [{ id: 'a' }, { id: 'b', parents: ['a'] }] };
    await expect(collect(shardWorkload(inputOf([entry]), { shard: 0, shards: 2 }))).rejects.toMatchObject({
      code: 'input',
      message: 'request "b" has parents and no session_id',
    });
  });

  test('names every problem of its options', () => {
    expect(() => shardWorkload(inputOf([]), { shard: 2, shards: 2 })).toThrow('shard: must be below shards');
    expect(() => shardWorkload(inputOf([]), { shard: -1, shards: 0 })).toThrow(/shard: must be.*shards: must be/);
  });
});
