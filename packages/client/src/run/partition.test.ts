import { createRandom } from '@aibrix/core/random';
import type { WorkloadRequest } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { mixedWorkload } from '../../test/mixed-workload.js';
import { Partition } from './partition.js';

const requests = mixedWorkload(60).flatMap((entry) => entry.requests);
const nameOf = (request: WorkloadRequest, index: number): string => request.id ?? `${index}-0`;

/** Which worker of a shard each request belongs to; null for those of other shards. */
const placesIn = (options: ConstructorParameters<typeof Partition>[0]): (number | null)[] => {
  const partition = new Partition(options);
  return requests.map((request, index) => partition.workerOf(request, nameOf(request, index)));
};

describe('Partition', () => {
  it('gives every request to exactly one worker of one shard, however many there are', () => {
    const random = createRandom(3, 'partition');
    for (let trial = 0; trial < 20; trial++) {
      const count = 1 + random.below(12);
      const workers = 1 + random.below(5);
      const shards = Array.from({ length: count }, (_, index) => placesIn({ shard: { index, count }, workers }));
      for (const at of requests.keys()) {
        const takers = shards.map((places) => places[at]).filter((worker) => worker != null);
        expect(takers).toHaveLength(1);
        expect(takers[0]).toBeGreaterThanOrEqual(0);
        expect(takers[0]).toBeLessThan(workers);
      }
    }
  });

  it('keeps sessions together, and each graph with its root', () => {
    const places = placesIn({ shard: null, workers: 7 });
    const workersOf = new Map<string, Set<number | null>>();
    for (const [index, request] of requests.entries()) {
      const group =
        request.session_id ?? (request.parents ? request.id?.replace(/^[a-z]+/, 'graph ') : nameOf(request, index));
      const workers = workersOf.get(String(group)) ?? new Set();
      workersOf.set(String(group), workers.add(places[index] ?? null));
    }
    expect(workersOf.size).toBe(60 * 5);
    expect([...workersOf.values()].filter((workers) => workers.size > 1)).toEqual([]);
  });

  it('is a stated function of the SHA-256, the same on every machine and in every version', () => {
    // $ printf 'session 0' | sha256sum
    const digest = '6a979d3aa72f';
    const shard = (count: number): number => Number(BigInt(`0x${digest}`) % BigInt(count));
    for (const count of [1, 2, 3, 10, 1000]) {
      const partition = new Partition({ shard: { index: shard(count), count }, workers: 1 });
      expect(partition.workerOf({ session_id: 'session 0' }, 'x')).toBe(0);
    }
  });

  it('gives each about as much', () => {
    const partition = new Partition({ shard: { index: 1, count: 4 }, workers: 2 });
    const workers = Array.from({ length: 40_000 }, (_, index) => partition.workerOf({ session_id: index }, ''));
    const mine = workers.filter((worker) => worker !== null);
    // Binomial: 10,000 ± 87 (one standard deviation) of this shard, and half of them for each worker, ± 50; five of each.
    expect(Math.abs(mine.length - 10_000)).toBeLessThan(435);
    expect(Math.abs(mine.filter((worker) => worker === 1).length - mine.length / 2)).toBeLessThan(250);
  });

  it('refuses a request whose parents go by another session', () => {
    const partition = new Partition({ shard: null, workers: 2 });
    partition.workerOf({ id: 'a', session_id: 's', parents: [] }, 'a');
    partition.workerOf({ id: 'b', session_id: 't', parents: [] }, 'b');
    expect(() => partition.workerOf({ id: 'c', session_id: 's', parents: ['a', 'b'] }, 'c')).toThrow(
      '"c" waits for "b", which goes by another session or root',
    );
    expect(() => partition.workerOf({ id: 'd', parents: ['a', 'b'] }, 'd')).toThrow('waits for "b"');
    // Their parents' session is theirs where they name none.
    expect(partition.workerOf({ id: 'e', parents: ['a'] }, 'e')).toBe(partition.workerOf({ session_id: 's' }, ''));
  });

  it('refuses a parent that is no request before it', () => {
    const partition = new Partition({ shard: null, workers: 2 });
    expect(() => partition.workerOf({ parents: ['x'] }, '0-0')).toThrow('"x" is the id of no request before it');
  });
});
