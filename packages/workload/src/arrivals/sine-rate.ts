import type { RateDescription } from './rate-description.js';
import { type RateFunction, requestSlack } from './rate-function.js';

/** Newton's steps need about five, and where the rate is all but 0 up to fifty. */
const MAX_STEPS = 200;

/**
 * A rate that goes up and down as a sine. The integral is exact; its inverse is found by Newton's steps inside a bracket,
 * which is halved instead where a step leaves it: near a rate of 0 it would.
 */
export const createSineRate = (description: Extract<RateDescription, { kind: 'sine' }>): RateFunction => {
  const { mean_rps: mean, amplitude_rps: amplitude, period_ms: periodMs } = description;
  const angularRate = (2 * Math.PI) / periodMs;
  const phase = ((description.phase_ms ?? 0) % periodMs) * angularRate;
  const requestsAPeriod = (mean * periodMs) / 1000;
  const swing = amplitude / angularRate / 1000;
  const cosineOfPhase = Math.cos(phase);

  const rateIn = (restMs: number): number => Math.max(0, mean + amplitude * Math.sin(restMs * angularRate + phase));
  const requestsIn = (restMs: number): number =>
    (mean * restMs) / 1000 + swing * (cosineOfPhase - Math.cos(restMs * angularRate + phase));

  /** The time within a period at which so many requests of it are over. */
  const restOf = (requests: number): number => {
    let [low, high] = [0, periodMs];
    let restMs = (requests / requestsAPeriod) * periodMs;
    for (let step = 0; step < MAX_STEPS; step++) {
      const tooMany = requestsIn(restMs) - requests;
      if (Math.abs(tooMany) <= requestSlack(requestsAPeriod)) return restMs;
      if (tooMany > 0) high = restMs;
      else low = restMs;
      const newton = restMs - (tooMany * 1000) / rateIn(restMs);
      restMs = newton > low && newton < high ? newton : (low + high) / 2;
    }
    return restMs;
  };

  return {
    description,
    rateAt: (timeMs) => (timeMs < 0 ? 0 : rateIn(timeMs % periodMs)),
    expectedRequests(timeMs) {
      if (timeMs <= 0) return 0;
      // Whole periods apart: a cosine of days loses the digits that make milliseconds.
      const restMs = timeMs % periodMs;
      return Math.round((timeMs - restMs) / periodMs) * requestsAPeriod + requestsIn(restMs);
    },
    timeOf(expectedRequests) {
      if (mean === 0) return Number.POSITIVE_INFINITY;
      const requests = Math.max(0, expectedRequests);
      const periods = Math.floor(requests / requestsAPeriod);
      const rest = Math.min(requestsAPeriod, Math.max(0, requests - periods * requestsAPeriod));
      return periods * periodMs + restOf(rest);
    },
  };
};
