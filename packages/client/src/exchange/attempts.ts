import type { TransportRequest } from '../transport/transport.js';
import { type Exchange, type ExchangeOptions, type ExchangeOutcome, startExchange } from './exchange.js';
import { type Failure, isRetryable } from './failure.js';

export interface AttemptsOptions extends ExchangeOptions {
  /** Further attempts after the first fails in a way that may pass (no connection, 429, 5xx). */
  maxRetries: number;
}

/** The last attempt's outcome; `sentMs` is the first attempt's, so the time between attempts is inside the latency. */
export interface AttemptsOutcome extends ExchangeOutcome {
  attempts: number;
}

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8000;

/** How long to wait before the next attempt: what the server asks for, else 0.5 s doubling to 8 s. */
const backoffMs = (attempts: number, outcome: ExchangeOutcome): number => {
  const retryAfterSeconds = Number(outcome.headers['retry-after'] ?? Number.NaN);
  if (retryAfterSeconds >= 0) return retryAfterSeconds * 1000;
  return Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), MAX_BACKOFF_MS);
};

/** Sends a request, and again while it fails in a way that may pass, within one deadline. `onEnd` is called once. */
export const startAttempts = (
  request: TransportRequest,
  options: AttemptsOptions,
  onEnd: (outcome: AttemptsOutcome) => void,
): Exchange => {
  const { clock, deadlineMs, maxRetries } = options;
  let attempts = 0;
  let sentMs: number | null = null;
  let exchange: Exchange | undefined;
  /** Set between two attempts. */
  let endWait: ((failure: Failure) => void) | undefined;

  const attempt = (): void => {
    attempts++;
    exchange = startExchange(request, options, (outcome) => {
      sentMs ??= outcome.sentMs;
      const last = { ...outcome, sentMs, attempts };
      const { failure, httpStatus } = outcome;
      const retryMs = clock.now() + backoffMs(attempts, outcome);
      if (!failure || attempts > maxRetries || !isRetryable(failure, httpStatus) || retryMs >= deadlineMs) {
        onEnd(last);
        return;
      }
      const cancelRetry = clock.at(retryMs, () => {
        endWait = undefined;
        attempt();
      });
      endWait = (reason) => {
        endWait = undefined;
        cancelRetry();
        onEnd({ ...last, failure: reason, endMs: clock.now() });
      };
    });
  };
  attempt();
  return { end: (failure) => (endWait ? endWait(failure) : exchange?.end(failure)) };
};
