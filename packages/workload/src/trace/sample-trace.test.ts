import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { rowsTrace } from './rows-trace.js';
import { sampleTrace } from './sample-trace.js';
import type { TraceRow } from './trace-reader.js';

const SESSIONS = 4000;
const rows: TraceRow[] = Array.from({ length: 3 * SESSIONS }, (_, index) => ({
  timeMs: index,
  inputTokens: 1,
  outputTokens: 1,
  sessionId: index % SESSIONS,
}));
const lone: TraceRow[] = rows.map(({ sessionId, ...row }) => row);
const sessionsOf = (sample: readonly TraceRow[]) => new Set(sample.map(({ sessionId }) => sessionId));

describe('sampleTrace', () => {
  test('keeps sessions whole, in order, and about as many as the share says', async () => {
    const sample = sampleTrace(rowsTrace(rows), { share: 0.25, seed: 3 });
    const kept = await collect(sample);
    const sessions = sessionsOf(kept);
    expect(kept).toEqual(rows.filter(({ sessionId }) => sessions.has(sessionId)));
    // Standard deviation √(4000·0.25·0.75) = 27.4; four of them.
    expect(Math.abs(sessions.size - 1000)).toBeLessThan(110);
    expect(sample.notes?.()).toEqual([`requests left out of the sample: ${12_000 - kept.length} of 12000`]);
  });

  test('keeps about as many requests of no session, one by one', async () => {
    const kept = await collect(sampleTrace(rowsTrace(lone), { share: 0.25 }));
    // Standard deviation √(12000·0.25·0.75) = 47.4; four of them.
    expect(Math.abs(kept.length - 3000)).toBeLessThan(190);
  });

  test('is the same for a seed, another for another, and grows with the share', async () => {
    const sessions = async (share: number, seed: number) =>
      sessionsOf(await collect(sampleTrace(rowsTrace(rows), { share, seed })));
    const small = await sessions(0.1, 0);
    const larger = await sessions(0.5, 0);
    expect(await sessions(0.1, 0)).toEqual(small);
    expect(await sessions(0.1, 1)).not.toEqual(small);
    expect([...small].every((session) => larger.has(session))).toBe(true);
    expect((await sessions(1, 0)).size).toBe(SESSIONS);
  });

  test('judges a request of no session by its number, whatever sessions are around it', async () => {
    const kept = await collect(sampleTrace(rowsTrace(lone.slice(0, 100)), { share: 0.5 }));
    const mixed = lone.slice(0, 100).flatMap((row) => [{ ...row, sessionId: 'x' }, row]);
    const keptOfMixed = await collect(sampleTrace(rowsTrace(mixed), { share: 0.5 }));
    expect(keptOfMixed.filter(({ sessionId }) => sessionId === undefined)).toEqual(kept);
  });

  test.for([0, -1, 1.5, Number.NaN])('refuses a share of %d', (share) => {
    expect(() => sampleTrace(rowsTrace([]), { share })).toThrow('sample: share:');
  });
});
