import type { WorkloadEntry } from '@aibrix/schema';
import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { shardWorkload } from '../tools/shard-workload.js';
import { type Mix, parseMix } from './mix.js';
import { type MixRequestsOptions, mixRequests } from './mix-requests.js';
import { zipfMix } from './zipf-mix.js';

const plain = (count: number): WorkloadEntry[] =>
  Array.from({ length: count }, (_, timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
const requestsOf = async (entries: readonly WorkloadEntry[], options: MixRequestsOptions) =>
  (await collect(mixRequests(inputOf(entries), options))).flatMap(({ requests }) => requests);

/** Sum of (found − expected)² / expected over the names of a mix. */
const chiSquare = (names: readonly unknown[], mix: Mix): number => {
  const total = mix.reduce((sum, { weight }) => sum + weight, 0);
  return mix.reduce((sum, { name, weight }) => {
    const expected = (names.length * weight) / total;
    return sum + (names.filter((other) => other === name).length - expected) ** 2 / expected;
  }, 0);
};

describe('mixRequests', () => {
  // Bounds are the 99.9 % quantiles of chi-square with as many degrees of freedom as names, less one.
  test.for([
    ['base=3,lora-a=1', 10.83],
    ['a,b,c,d', 16.27],
    ['most=98.5,few=1,fewest=0.5', 13.82],
  ] as const)('gives each model its share of %s', async ([text, bound]) => {
    const models = parseMix(text);
    const found = (await requestsOf(plain(20_000), { models, seed: 1 })).map(({ model }) => model);
    expect(chiSquare(found, models)).toBeLessThan(bound);
  });

  test.for([0.5, 1, 1.5])('has users as frequent as Zipf with exponent %d says', async (exponent) => {
    const users = zipfMix({ count: 20, prefix: 'u', exponent });
    const found = (await requestsOf(plain(40_000), { users, seed: 2 })).map(({ user }) => user);
    expect(chiSquare(found, users)).toBeLessThan(43.82);
  });

  test('gives all requests of a session the same, and draws model and user apart', async () => {
    const entries = Array.from({ length: 3000 }, (_, timestamp) => ({
      timestamp,
      requests: [{ session_id: timestamp % 600 }],
    }));
    const requests = await requestsOf(entries, { models: parseMix('a,b'), users: parseMix('u,v') });
    const bySession = new Map<unknown, Set<string>>();
    for (const { session_id, model, user } of requests) {
      bySession.set(session_id, (bySession.get(session_id) ?? new Set()).add(`${model} ${user}`));
    }
    expect([...bySession.values()].every((pairs) => pairs.size === 1)).toBe(true);
    const pairs = [...bySession.values()].flatMap((set) => [...set]);
    expect(chiSquare(pairs, parseMix('a u,a v,b u,b v'))).toBeLessThan(16.27);
  });

  test('depends on seed and id alone: same seed, same bytes, and mixing a shard is a shard of the mix', async () => {
    const options = { users: zipfMix({ count: 50, exponent: 1 }), seed: 'x' };
    const entries = plain(500);
    const whole = await collect(mixRequests(inputOf(entries), options));
    expect(JSON.stringify(await collect(mixRequests(inputOf(entries), options)))).toBe(JSON.stringify(whole));
    expect(await requestsOf(entries, { ...options, seed: 'y' })).not.toEqual(whole.flatMap(({ requests }) => requests));
    const part = { shard: 1, shards: 3 };
    expect(await collect(mixRequests(shardWorkload(inputOf(entries), part), options))).toEqual(
      (await collect(shardWorkload(inputOf(whole), part))).map((entry) => ({
        ...entry,
        requests: entry.requests.map((request) => expect.objectContaining({ ...request })),
      })),
    );
    expect(whole.slice(0, 5).map(({ requests }) => requests[0]?.user)).toMatchInlineSnapshot(`
      [
        "0",
        "1",
        "10",
        "0",
        "27",
      ]
    `);
  });

  test('keeps what a request already has, unless it is to be replaced, and counts both', async () => {
    const entries: WorkloadEntry[] = [
      { timestamp: 0, requests: [{ model: 'own', user: null }, { user: 'me' }, { model: 'own' }] },
    ];
    const mixes = { models: parseMix('m'), users: parseMix('u') };
    const kept = mixRequests(inputOf(entries), mixes);
    expect((await collect(kept))[0]?.requests).toEqual([
      { model: 'own', user: 'u' },
      { model: 'm', user: 'me' },
      { model: 'own', user: 'u' },
    ]);
    expect(kept.findings?.()).toMatchObject({
      statistics: {
        models_chosen: 1,
        requests_by_model: [{ name: 'm', requests: 1 }],
        users_chosen: 1,
        requests_by_user: [{ name: 'u', requests: 2 }],
      },
      notes: [
        'requests that have a model of their own, which is kept: 2',
        'requests that have a user of their own, which is kept: 1',
      ],
    });
    const replaced = mixRequests(inputOf(entries), { ...mixes, replace: true });
    expect((await collect(replaced))[0]?.requests).toEqual(Array(3).fill({ model: 'm', user: 'u' }));
    expect(replaced.findings?.().notes).toEqual([
      'requests that had another model, which is replaced: 2',
      'requests that had another user, which is replaced: 1',
    ]);
    expect(entries[0]?.requests[1]).toEqual({ user: 'me' });
  });

  test('counts the most frequent first, also where names are numbers', async () => {
    const mixed = mixRequests(inputOf(plain(2000)), { users: parseMix('1=1,20=100,3=10') });
    await collect(mixed);
    const counts = mixed.findings?.().statistics.requests_by_user as { name: string; requests: number }[];
    expect(counts.map(({ name }) => name)).toEqual(['20', '3', '1']);
    expect(counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(2000);
  });

  test('says in its origin what was mixed, a large mix by its size and hash', () => {
    const models = parseMix('base=3,lora-a=1');
    const { origin } = mixRequests(inputOf([]), { models, users: zipfMix({ count: 5000, exponent: 1 }), seed: 4 });
    expect(origin).toMatchObject({
      generator: 'mix',
      seed: 4,
      options: { models, users: { names: 5000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, replace: false },
    });
  });

  test('names every problem of its options', () => {
    expect(() => mixRequests(inputOf([]), {})).toThrow('mix: models: models or users must be given');
    const twice = [
      { name: 'a', weight: 1 },
      { name: 'a', weight: 1 },
    ];
    expect(() => mixRequests(inputOf([]), { models: twice, users: [] })).toThrow(
      /models: must not hold a name twice.*users: must hold at least one/,
    );
    expect(() => mixRequests(inputOf([]), { users: [{ name: '', weight: 0 }] })).toThrow(
      /name: must not.*weight: must be/,
    );
  });
});
