import type { ShapeCalibration } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { ceilingShare } from './ceiling-share.js';
import { LOAD_SHAPES, type LoadShape } from './load-shape.js';

const calibrated = (ceilings: Record<string, number | null>): ShapeCalibration[] =>
  Object.entries(ceilings).map(([name, ceiling_rps]) => ({
    shape: LOAD_SHAPES[name] as LoadShape,
    ceiling_rps,
    curve: [],
  }));

/** A client that spends 40 µs on a request, 2 µs on a read and 1 ns on a byte. */
const seconds = (requests: number, reads: number, bytes: number): number =>
  requests * 40e-6 + reads * 2e-6 + bytes * 1e-9;
const CEILINGS = {
  coalesced: 1 / seconds(1, 1, 700),
  paced: 1 / seconds(1, 64, 700),
  'long-prompt': 1 / seconds(1, 1, 250_200),
};

describe('ceilingShare', () => {
  it('is 1 at the ceiling of each shape that was calibrated', () => {
    const shapes = calibrated(CEILINGS);
    for (const [name, [reads, bytes]] of Object.entries({
      coalesced: [1, 700],
      paced: [64, 700],
      'long-prompt': [1, 250_200],
    })) {
      const rate = CEILINGS[name as keyof typeof CEILINGS];
      const load = {
        requestsPerSecond: rate,
        readsPerSecond: rate * (reads as number),
        sentBytesPerSecond: rate * (bytes as number),
      };
      expect(ceilingShare(shapes, load)).toBeCloseTo(1, 6);
    }
  });

  it('adds up what a run of another shape asks for', () => {
    const load = { requestsPerSecond: 100, readsPerSecond: 30_000, sentBytesPerSecond: 5e6 };
    expect(ceilingShare(calibrated(CEILINGS), load)).toBeCloseTo(seconds(100, 30_000, 5e6), 6);
  });

  it('is not known without the ceiling of a request', () => {
    const load = { requestsPerSecond: 1, readsPerSecond: 1, sentBytesPerSecond: 1 };
    expect(ceilingShare(calibrated({ paced: 1000 }), load)).toBeNull();
    expect(ceilingShare(calibrated({ coalesced: null }), load)).toBeNull();
    expect(ceilingShare(calibrated({ coalesced: 100 }), load)).toBeCloseTo(0.01, 6);
  });
});
