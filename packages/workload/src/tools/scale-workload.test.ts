import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { agent } from '../agent/generate.js';
import { type ScaleOptions, scaleWorkload } from './scale-workload.js';

const scale = (entries: readonly WorkloadEntry[], options: ScaleOptions) =>
  collect(scaleWorkload(inputOf(entries), options));

describe('scaleWorkload', () => {
  test('scales times, delays and the durations of events', async () => {
    const entries = [
      {
        timestamp: 3,
        requests: [{ prompt: 'p', delay_ms: 5, output_length: 7 }, { delay_ms: null }],
        events: [{ node_type: 'tool', duration_ms: 100 }, { node_type: 'join' }],
      },
    ];
    expect(await scale(entries, { time: 2 })).toEqual([
      {
        timestamp: 6,
        requests: [{ prompt: 'p', delay_ms: 10, output_length: 7 }, { delay_ms: null }],
        events: [{ node_type: 'tool', duration_ms: 200 }, { node_type: 'join' }],
      },
    ]);
    expect(await scale(entries, { rate: 3 })).toMatchObject([
      { timestamp: 1, requests: [{ delay_ms: 1.667 }, {}], events: [{ duration_ms: 33.333 }, {}] },
    ]);
    expect(entries[0]?.requests[0]?.delay_ms).toBe(5);
  });

  test.for([{ time: 4 }, { rate: 2 }])('keeps the sums in the graph of an agent: %o', async (options) => {
    const graph = agent({ numSessions: 20, retryProbability: 0.5, withText: false }, {});
    /** When a request is expected, by its parents: the latest end, and what it waits for then. */
    const largestDifference = (entries: readonly WorkloadEntry[]): number => {
      const ends = new Map<string, number>();
      let largest = 0;
      for (const { timestamp, requests } of entries) {
        for (const { id, parents, delay_ms, ...request } of requests) {
          const { agent: call } = request as { agent?: { expected_latency_ms: number } };
          ends.set(id ?? '', timestamp + (call?.expected_latency_ms ?? 0));
          if (!parents?.length) continue;
          const expected = Math.max(...parents.map((parent) => ends.get(parent) ?? 0)) + (delay_ms ?? 0);
          largest = Math.max(largest, Math.abs(timestamp - expected));
        }
      }
      return largest;
    };
    expect(largestDifference(await collect(graph))).toBeLessThan(0.002);
    const scaled = await collect(scaleWorkload(graph, options));
    expect(scaled.flatMap(({ requests }) => requests).length).toBeGreaterThan(50);
    // Three decimals of each of the three.
    expect(largestDifference(scaled)).toBeLessThan(0.005);
  });

  test('a rate that doubles halves the time, in order and without loss', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, fc.double({ min: 0.01, max: 100, noNaN: true }), async (entries, factor) => {
        const faster = await scale(entries, { rate: factor });
        const times = faster.map(({ timestamp }) => timestamp);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(faster.flatMap(({ requests }) => requests.map(({ prompt }) => prompt))).toEqual(
          entries.flatMap(({ requests }) => requests.map(({ prompt }) => prompt)),
        );
        // Back again, to the rounding of three decimals.
        const back = await scale(faster, { time: factor });
        const last = entries.findLast(({ requests }) => requests.length > 0)?.timestamp ?? 0;
        const end = back.findLast(({ requests }) => requests.length > 0)?.timestamp ?? 0;
        expect(Math.abs(end - last)).toBeLessThanOrEqual(0.0005 * factor + 0.0011);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('scales output lengths to whole tokens, and drops what was planned from them', async () => {
    const requests = [
      { output_length: 10, context_length_planned: 50, cached_tokens_expected: 16 },
      { output_length: 1, prompt: 'text', prompt_length: 9 },
      { output_length: 0 },
      { output_length: null },
      {},
    ];
    const workload = scaleWorkload(inputOf([{ timestamp: 1, requests }]), { outputLengths: 0.25 });
    expect(await collect(workload)).toEqual([
      {
        timestamp: 1,
        requests: [
          { output_length: 3 },
          { output_length: 1, prompt: 'text', prompt_length: 9 },
          { output_length: 0 },
          { output_length: null },
          {},
        ],
      },
    ]);
    expect(workload.findings?.().notes).toEqual([
      'requests whose context_length_planned or cached_tokens_expected no longer holds and is left out: 1',
    ]);
    expect(workload.origin.options).toMatchObject({ outputLengths: 0.25, promptLengths: 1 });
  });

  test('scales prompt lengths of a workload without text, and refuses one that has its text', async () => {
    const planned = {
      timestamp: 0,
      requests: [
        { prompt_length: 100, output_length: 5 },
        { prompt_length: 1, prompt: null },
      ],
    };
    expect(await scale([planned], { promptLengths: 0.301 })).toEqual([
      {
        timestamp: 0,
        requests: [
          { prompt_length: 30, output_length: 5 },
          { prompt_length: 1, prompt: null },
        ],
      },
    ]);
    for (const text of [{ prompt: '' }, { messages: [{ role: 'user', content: 'x' }] }, { prompt_token_ids: [1] }]) {
      await expect(
        scale([planned, { timestamp: 1, requests: [{}, text] }], { promptLengths: 2 }),
      ).rejects.toMatchObject({
        code: 'usage',
        message: 'scale: promptLengths cannot scale request "1-1", which has its text',
      });
    }
  });

  test('keeps the ids of requests when empty entries before them are dropped', async () => {
    const entries = [
      { timestamp: 0, requests: [{}] },
      { timestamp: 1, requests: [] },
      { timestamp: 2, requests: [{}, { id: 'x' }] },
    ];
    expect(await scale(entries, { time: 1 })).toEqual([
      { timestamp: 0, requests: [{}] },
      { timestamp: 2, requests: [{ id: '2-0' }, { id: 'x' }] },
    ]);
  });

  test('names every problem of its options', () => {
    expect(() => scaleWorkload(inputOf([]), { time: 1, rate: 1 })).toThrow('rate: cannot go together with time');
    expect(() => scaleWorkload(inputOf([]), { time: 0, outputLengths: -1 })).toThrow(
      /time: must be.*outputLengths: must be/,
    );
    expect(() => scaleWorkload(inputOf([]), { rate: Number.NaN })).toThrow('scale: rate');
  });
});
