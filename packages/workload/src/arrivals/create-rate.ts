import { parseOptions } from '@aibrix/core/validation';
import { createOnOffRate } from './on-off-rate.js';
import { createPiecewiseRate, type RatePiece } from './piecewise-rate.js';
import { type RateDescription, type RatePoint, rateDescriptionSchema } from './rate-description.js';
import type { RateFunction } from './rate-function.js';
import { createSineRate } from './sine-rate.js';

const constantRate = (description: Extract<RateDescription, { kind: 'constant' }>): RateFunction => {
  const { rate_rps: rate } = description;
  return {
    description,
    rateAt: (timeMs) => (timeMs < 0 ? 0 : rate),
    expectedRequests: (timeMs) => (Math.max(0, timeMs) * rate) / 1000,
    timeOf: (requests) => (rate === 0 ? Number.POSITIVE_INFINITY : (Math.max(0, requests) * 1000) / rate),
  };
};

const flat = (startMs: number, rateRps: number): RatePiece => ({ startMs, rateRps, slope: 0 });

const linearPieces = (points: readonly RatePoint[]): RatePiece[] => {
  const first = points[0] as RatePoint;
  const pieces = first.time_ms > 0 ? [flat(0, first.rate_rps)] : [];
  for (const [index, { time_ms: startMs, rate_rps: rateRps }] of points.entries()) {
    const next = points[index + 1];
    if (next?.time_ms === startMs) continue;
    const slope = next ? (next.rate_rps - rateRps) / (next.time_ms - startMs) : 0;
    pieces.push({ startMs, rateRps, slope });
  }
  return pieces;
};

const stepPieces = (points: readonly RatePoint[]): RatePiece[] => {
  const pieces = (points[0] as RatePoint).time_ms > 0 ? [flat(0, 0)] : [];
  return pieces.concat(points.map(({ time_ms, rate_rps }) => flat(time_ms, rate_rps)));
};

const intervalPieces = (intervalMs: number, rates: readonly number[]): RatePiece[] =>
  [...rates, 0].map((rate, index) => flat(index * intervalMs, rate));

/**
 * The rate that a description means.
 *
 * @throws BenchmarkError `usage` that names every problem of the description
 */
export const createRate = (description: RateDescription): RateFunction => {
  const checked = parseOptions(rateDescriptionSchema, description, 'rate');
  switch (checked.kind) {
    case 'constant':
      return constantRate(checked);
    case 'ramp': {
      const { from_rps, to_rps, duration_ms } = checked;
      const points = [
        { time_ms: 0, rate_rps: from_rps },
        { time_ms: duration_ms, rate_rps: to_rps },
      ];
      return createPiecewiseRate(checked, linearPieces(points));
    }
    case 'linear':
      return createPiecewiseRate(checked, linearPieces(checked.points));
    case 'steps':
      return createPiecewiseRate(checked, stepPieces(checked.points));
    case 'intervals':
      return createPiecewiseRate(checked, intervalPieces(checked.interval_ms, checked.rates_rps));
    case 'sine':
      return createSineRate(checked);
    case 'on_off':
      return createOnOffRate(checked);
  }
};
