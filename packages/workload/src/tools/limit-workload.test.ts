import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { limitWorkload } from './limit-workload.js';

describe('limitWorkload', () => {
  test('takes the first requests, within an entry too, with the ids they had', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, fc.integer({ min: 1, max: 30 }), async (entries, maxRequests) => {
        const all = entries.flatMap(({ timestamp, requests }, number) =>
          requests.map((request, index) => ({ ...request, id: `${number}-${index}`, timestamp })),
        );
        const limited = await collect(limitWorkload(inputOf(entries), { maxRequests }));
        const found = limited.flatMap(({ timestamp, requests }, number) =>
          requests.map((request, index) => ({ ...request, id: request.id ?? `${number}-${index}`, timestamp })),
        );
        expect(found).toEqual(all.slice(0, maxRequests));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('reads no entry after the last', async () => {
    let given = 0;
    const endless = {
      async *[Symbol.asyncIterator]() {
        for (;;) yield { timestamp: given++, requests: [{}, {}] };
      },
    };
    const workload = limitWorkload(endless, { maxRequests: 5 });
    expect((await collect(workload)).map(({ requests }) => requests.length)).toEqual([2, 2, 1]);
    expect(given).toBe(3);
    expect(workload.findings?.().notes).toEqual([]);
  });

  test('says when there are fewer', async () => {
    const workload = limitWorkload(inputOf([{ timestamp: 0, requests: [{}] }]), { maxRequests: 5 });
    await collect(workload);
    expect(workload.findings?.().notes).toEqual(['the workload ends before the limit of 5 requests: 1']);
  });

  test('names every problem of its options', () => {
    expect(() => limitWorkload(inputOf([]), { maxRequests: 0 })).toThrow('limit: maxRequests: must be at least 1');
    expect(() => limitWorkload(inputOf([]), { maxRequests: 1.5 })).toThrow(
      'limit: maxRequests: must be a whole number',
    );
  });
});
