import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { concatWorkloads } from './concat-workloads.js';
import { eventsOf } from './entry-events.js';
import { withStatedIds } from './request-key.js';
import { type SliceOptions, sliceWorkload } from './slice-workload.js';

const slice = (entries: readonly WorkloadEntry[], options: SliceOptions) =>
  collect(sliceWorkload(inputOf(entries), options));
const isFilled = (entry: WorkloadEntry): boolean => entry.requests.length + eventsOf(entry).length > 0;
/** Entries as a tool that moves them gives them. */
const stated = (entries: readonly WorkloadEntry[]): WorkloadEntry[] => entries.map(withStatedIds).filter(isFilled);
const shifted = (entries: readonly WorkloadEntry[], byMs: number): WorkloadEntry[] =>
  entries.map((entry) => ({ ...entry, timestamp: Math.round((entry.timestamp + byMs) * 1000) / 1000 }));

describe('sliceWorkload', () => {
  const at = (timestamp: number): WorkloadEntry => ({ timestamp, requests: [{ prompt: `${timestamp}` }] });

  test('takes from one time on and before another, and counts time anew', async () => {
    const entries = [0, 1, 1.5, 2, 3].map(at);
    const times = async (options: SliceOptions) => (await slice(entries, options)).map(({ timestamp }) => timestamp);
    expect(await times({})).toEqual([0, 1, 1.5, 2, 3]);
    expect(await times({ fromMs: 1 })).toEqual([0, 0.5, 1, 2]);
    expect(await times({ toMs: 2 })).toEqual([0, 1, 1.5]);
    expect(await times({ fromMs: 1.001, toMs: 2.5 })).toEqual([0.499, 0.999]);
    expect(await times({ fromMs: 9 })).toEqual([]);
  });

  test('reads no further than it has to', async () => {
    let given = 0;
    const endless = {
      async *[Symbol.asyncIterator]() {
        for (;;) yield at(given++);
      },
    };
    expect(await collect(sliceWorkload(endless, { toMs: 10 }))).toHaveLength(10);
    expect(given).toBe(11);
  });

  test('cut anywhere, the two parts are the whole', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, fc.integer({ min: 1, max: 20_000_000 }), async (entries, microseconds) => {
        const cutMs = microseconds / 1000;
        const before = await slice(entries, { toMs: cutMs });
        const after = await slice(entries, { fromMs: cutMs });
        expect([...before, ...shifted(after, cutMs)]).toEqual(stated(entries));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('takes the parts of a concatenation out again', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, arbitraryEntries, async (first, second) => {
        // A gap, so that the parts have no time in common.
        const whole = await collect(concatWorkloads([inputOf(first), inputOf(second)], { gapMs: 1 }));
        const lastMs = first.at(-1)?.timestamp;
        const nextMs = lastMs === undefined ? 0 : lastMs + 1;
        const only = async (input: WorkloadEntry[], file: number) => {
          const inputs = file === 0 ? [inputOf(input)] : [inputOf([]), inputOf(input)];
          return collect(concatWorkloads(inputs));
        };
        if (nextMs > 0) expect(await slice(whole, { toMs: nextMs })).toEqual(await only(first, 0));
        expect(await slice(whole, { fromMs: nextMs })).toEqual(await only(second, 1));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('says how many sessions it cuts, and makes nobody wait for what is cut off', async () => {
    const entries: WorkloadEntry[] = [
      { timestamp: 0, requests: [{ session_id: 'a' }, { session_id: 2 }, { id: 'x', session_id: 'g' }] },
      { timestamp: 10, requests: [{ session_id: 'a' }, { session_id: 'a' }, { session_id: 'new' }] },
      {
        timestamp: 20,
        requests: [
          { id: 'y', session_id: 'g', parents: ['x', '0-1'] },
          { id: 'z', session_id: 'g', parents: ['x', 'y'] },
          { session_id: '2', parents: [] },
        ],
      },
    ];
    const workload = sliceWorkload(inputOf(entries), { fromMs: 5 });
    expect((await collect(workload)).map(({ requests }) => requests)).toEqual([
      [
        { id: '1-0', session_id: 'a' },
        { id: '1-1', session_id: 'a' },
        { id: '1-2', session_id: 'new' },
      ],
      [
        { id: 'y', session_id: 'g', parents: [] },
        { id: 'z', session_id: 'g', parents: ['y'] },
        { id: '2-2', session_id: '2', parents: [] },
      ],
    ]);
    expect(workload.findings?.()).toMatchObject({
      statistics: { requests_before: 3, sessions_cut: 3 },
      notes: [
        'sessions of which the first requests are cut off, with what was said in them: 3',
        'parents that are cut off, so that requests do not wait for them: 3',
      ],
    });
  });

  test('takes away what was planned with the turns that are cut off, and counts it', async () => {
    const planned = { context_length_planned: 50, cached_tokens_expected: 16 };
    const entries: WorkloadEntry[] = [
      {
        timestamp: 0,
        requests: [
          { session_id: 'a', ...planned },
          { session_id: 'graph', parents: [], ...planned },
        ],
      },
      { timestamp: 10, requests: [{ session_id: 'a', ...planned }, { session_id: 'new', ...planned }, planned] },
      { timestamp: 11, requests: [{ session_id: 'a' }, { session_id: 'graph', parents: ['0-1'], ...planned }] },
    ];
    const workload = sliceWorkload(inputOf(entries), { fromMs: 5 });
    expect((await collect(workload)).map(({ requests }) => requests)).toEqual([
      [
        { id: '1-0', session_id: 'a' },
        { id: '1-1', session_id: 'new', ...planned },
        { id: '1-2', ...planned },
      ],
      [
        { id: '2-0', session_id: 'a' },
        // Its prompt is the whole context still.
        { id: '2-1', session_id: 'graph', parents: [], context_length_planned: 50 },
      ],
    ]);
    expect(workload.findings?.().notes).toContain(
      'requests whose context_length_planned or cached_tokens_expected no longer holds and is left out: 2',
    );
    expect(entries[1]?.requests[0]).toMatchObject(planned);
  });

  test('names every problem of its options', () => {
    expect(() => sliceWorkload(inputOf([]), { fromMs: -1, toMs: 0 })).toThrow(/fromMs: must not.*toMs: must be above/);
    expect(() => sliceWorkload(inputOf([]), { fromMs: 5, toMs: 5 })).toThrow('slice: toMs: must be after fromMs');
  });
});
