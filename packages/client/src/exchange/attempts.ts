import type { TransportRequest } from '../transport/transport.js';
import { type Exchange, type ExchangeOptions, type ExchangeOutcome, startExchange } from './exchange.js';
import { type Failure, isRetryable } from './failure.js';

export interface AttemptsOptions extends ExchangeOptions {
  /** Further attempts after the first fails in a way that may pass (no connection, 429, 5xx). */
  maxRetries: number;
}

/**
 * The last attempt's outcome; `handedMs` and `sentMs` are those of the first attempt, so the time between attempts is
 * inside the latency.
 */
export interface AttemptsOutcome extends ExchangeOutcome {
  attempts: number;
  /** Of the request's body, over all attempts. */
  sentBytes: number;
}

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8000;

/** How long to wait before the next attempt: what the server asks for, else 0.5 s doubling to 8 s. */
const backoffMs = (attempts: number, outcome: ExchangeOutcome): number => {
  const retryAfterSeconds = Number(outcome.headers['retry-after'] ?? Number.NaN);
  if (retryAfterSeconds >= 0) return retryAfterSeconds * 1000;
  return Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), MAX_BACKOFF_MS);
};

/** A request under way, with what is left of its attempts. */
export interface Attempts extends Exchange {
  /** No further attempts; one that is waited for is given up, and the last failure stands. */
  stopRetrying(): void;
}

/** Sends a request, and again while it fails in a way that may pass, within one deadline. `onEnd` is called once. */
export const startAttempts = (
  request: TransportRequest,
  options: AttemptsOptions,
  onEnd: (outcome: AttemptsOutcome) => void,
): Attempts => {
  const { clock, deadlineMs } = options;
  let { maxRetries } = options;
  let attempts = 0;
  let handedMs: number | null = null;
  let sentMs: number | null = null;
  let exchange: Exchange | undefined;
  /** Set between two attempts; without a reason the last failure stands. */
  let endWait: ((reason?: Failure) => void) | undefined;

  const attempt = (): void => {
    attempts++;
    // Only the first attempt is what the schedule asked for.
    const attemptOptions = attempts === 1 ? options : { ...options, onSent: undefined };
    exchange = startExchange(request, attemptOptions, (outcome) => {
      handedMs ??= outcome.handedMs;
      sentMs ??= outcome.sentMs;
      const last = { ...outcome, handedMs, sentMs, attempts, sentBytes: attempts * request.body.length };
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
        onEnd(reason ? { ...last, failure: reason, endMs: clock.now() } : last);
      };
    });
  };
  attempt();
  return {
    end: (failure) => (endWait ? endWait(failure) : exchange?.end(failure)),
    stopRetrying() {
      maxRetries = 0;
      endWait?.();
    },
  };
};
