import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import type { WorkloadInput } from '../src/tools/workload-input.js';

/** Entries in memory as a workload. */
export const inputOf = (entries: readonly WorkloadEntry[]): WorkloadInput => ({
  async *[Symbol.asyncIterator]() {
    yield* entries;
  },
});

const request = fc.record(
  {
    prompt: fc.string({ unit: 'grapheme', maxLength: 5 }),
    session_id: fc.oneof(fc.nat(3), fc.constantFrom('a', 'b', '3'), fc.constant(null)),
    output_length: fc.option(fc.nat(50)),
    unknown: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ['prompt'] },
);
const event = fc.record({ node_id: fc.string(), session_id: fc.nat(3) }, { requiredKeys: ['node_id'] });

const gapAndEntry = fc.record({
  // Often 0, so that times meet.
  gapMicroseconds: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(5_000_000)),
  requests: fc.array(request, { maxLength: 3 }),
  events: fc.option(fc.array(event, { maxLength: 2 }), { nil: undefined }),
});

/** Workloads in order of time with three decimals: sessions, events, empty entries, and many equal times. */
export const arbitraryEntries: fc.Arbitrary<WorkloadEntry[]> = fc.array(gapAndEntry, { maxLength: 12 }).map((drawn) => {
  let microseconds = 0;
  return drawn.map(({ gapMicroseconds, requests, events }): WorkloadEntry => {
    microseconds += gapMicroseconds;
    return { timestamp: microseconds / 1000, requests, ...(events && { events }) };
  });
});
