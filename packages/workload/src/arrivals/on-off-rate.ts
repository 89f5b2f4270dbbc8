import type { RateDescription } from './rate-description.js';
import { type RateFunction, requestSlack } from './rate-function.js';

/** A rate that is on for a while, off for a while, and so on. */
export const createOnOffRate = (description: Extract<RateDescription, { kind: 'on_off' }>): RateFunction => {
  const { on_rps: on, off_rps: off, on_ms: onMs, off_ms: offMs } = description;
  const periodMs = onMs + offMs;
  const requestsOn = (on * onMs) / 1000;
  const requestsAPeriod = requestsOn + (off * offMs) / 1000;

  return {
    description,
    rateAt(timeMs) {
      if (timeMs < 0) return 0;
      return timeMs % periodMs < onMs ? on : off;
    },
    expectedRequests(timeMs) {
      if (timeMs <= 0) return 0;
      const restMs = timeMs % periodMs;
      const periods = Math.round((timeMs - restMs) / periodMs);
      const rest = restMs < onMs ? on * restMs : on * onMs + off * (restMs - onMs);
      return periods * requestsAPeriod + rest / 1000;
    },
    timeOf(expectedRequests) {
      if (requestsAPeriod === 0) return Number.POSITIVE_INFINITY;
      const requests = Math.max(0, expectedRequests);
      const slack = requestSlack(requests);
      const periods = Math.floor((requests + slack) / requestsAPeriod);
      const rest = Math.max(0, requests - periods * requestsAPeriod);
      const startMs = periods * periodMs;
      if (rest < requestsOn - slack) return startMs + (rest * 1000) / on;
      // Less than a period's requests are left, so that a rate of 0 has nothing to wait for here.
      if (off === 0) return startMs + periodMs;
      return startMs + onMs + Math.min(offMs, (Math.max(0, rest - requestsOn) * 1000) / off);
    },
  };
};
