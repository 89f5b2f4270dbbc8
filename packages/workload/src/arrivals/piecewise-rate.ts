import { firstWhere } from '../first-where.js';
import type { RateDescription } from './rate-description.js';
import { type RateFunction, requestSlack } from './rate-function.js';

/** A stretch of a rate that is linear in time; it ends where the next one starts. */
export interface RatePiece {
  startMs: number;
  /** Requests per second at its start. */
  rateRps: number;
  /** Change of the rate, in requests per second in a millisecond. */
  slope: number;
}

/** Requests in the first `spanMs` of a piece. */
const requestsIn = (rateRps: number, slope: number, spanMs: number): number =>
  ((rateRps + (slope * spanMs) / 2) * spanMs) / 1000;

/** Finds the last of ascending values that is at most the one asked for; questions in order cost nothing to speak of. */
const createFinder = (values: Float64Array): ((value: number) => number) => {
  const last = values.length - 1;
  let recent = 0;
  const holds = (index: number, value: number): boolean =>
    (values[index] as number) <= value && (index === last || (values[index + 1] as number) > value);
  return (value) => {
    if (holds(recent, value)) return recent;
    if (recent < last && holds(recent + 1, value)) return ++recent;
    recent = Math.max(0, firstWhere(0, values.length, (index) => (values[index] as number) > value) - 1);
    return recent;
  };
};

/**
 * A rate of pieces. The integral of a piece is a parabola, and its inverse a root: both are exact.
 *
 * @param pieces in order of time; the first starts at 0, and the last, which does not end, has a slope of 0
 */
export const createPiecewiseRate = (description: RateDescription, pieces: readonly RatePiece[]): RateFunction => {
  const starts = Float64Array.from(pieces, ({ startMs }) => startMs);
  const rates = Float64Array.from(pieces, ({ rateRps }) => rateRps);
  const slopes = Float64Array.from(pieces, ({ slope }) => slope);
  const before = new Float64Array(pieces.length);
  // Neumaier's sum: the rounding of a million pieces does not add up.
  let lost = 0;
  let sum = 0;
  for (let index = 1; index < pieces.length; index++) {
    const { startMs, rateRps, slope } = pieces[index - 1] as RatePiece;
    const requests = Math.max(0, requestsIn(rateRps, slope, (starts[index] as number) - startMs));
    const next = sum + requests;
    lost += sum >= requests ? sum - next + requests : requests - next + sum;
    sum = next;
    before[index] = Math.max(before[index - 1] as number, sum + lost);
  }
  const pieceAt = createFinder(starts);
  const pieceOf = createFinder(before);
  const last = pieces.length - 1;

  return {
    description,
    rateAt(timeMs) {
      if (timeMs < 0) return 0;
      const piece = pieceAt(timeMs);
      return Math.max(0, (rates[piece] as number) + (slopes[piece] as number) * (timeMs - (starts[piece] as number)));
    },
    expectedRequests(timeMs) {
      if (timeMs <= 0) return 0;
      const piece = pieceAt(timeMs);
      const spanMs = timeMs - (starts[piece] as number);
      return (before[piece] as number) + requestsIn(rates[piece] as number, slopes[piece] as number, spanMs);
    },
    timeOf(expectedRequests) {
      const requests = Math.max(0, expectedRequests);
      const piece = pieceOf(requests + requestSlack(requests));
      const [startMs, rate, slope] = [starts[piece] as number, rates[piece] as number, slopes[piece] as number];
      if (piece === last && rate === 0) return Number.POSITIVE_INFINITY;
      const missing = Math.max(0, requests - (before[piece] as number)) * 1000;
      if (missing === 0) return startMs;
      // The root of rate·x + slope·x²/2 = missing in the form that loses no digits, rising or falling.
      const spanMs = (2 * missing) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * missing)));
      return piece === last ? startMs + spanMs : Math.min(startMs + spanMs, starts[piece + 1] as number);
    },
  };
};
