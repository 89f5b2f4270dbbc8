import type { Verdict, VerdictFigures } from '@aibrix/schema';
import type { QuantileSketch } from './quantile-sketch.js';

const DEFAULT_MAX_CLIENT_LAG_MS = 10;
const DEFAULT_MAX_UNSENT_FRACTION = 0.01;

export interface RunConduct {
  /** Start − scheduled − queue time of every request sent, in milliseconds: what the client itself was late. */
  clientLagsMs: QuantileSketch;
  /** Requests of the workload. */
  offered: number;
  /** Requests that went out. */
  sent: number;
  /** Offered requests never sent through the client's own fault; not those that a limit or the user ended. */
  unsent: number;
  /** Limit of the p99 of the client lag, in milliseconds. Default 10. */
  maxClientLagMs?: number | undefined;
  /** Limit of unsent / offered. Default 0.01. */
  maxUnsentFraction?: number | undefined;
}

export interface Judgement {
  verdict: Verdict;
  /** Why, in a sentence. */
  reason: string;
  figures: VerdictFigures;
}

const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`;
const count = (value: number): string => value.toLocaleString('en-US');
const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(2))} %`;

/**
 * Judges the client by its own conduct: was the workload delivered, and on time?
 *
 * A figure must be *above* its limit to count. When both are, the verdict is `under-delivered`: load that was never
 * there is worse than load that was late. A run that offered nothing is `valid`; one that offered requests and sent
 * none, for no fault of its own, is `unknown`, because nothing was measured.
 */
export const judgeRun = (conduct: RunConduct): Judgement => {
  const { clientLagsMs: lags, offered, sent, unsent } = conduct;
  const maxClientLagMs = conduct.maxClientLagMs ?? DEFAULT_MAX_CLIENT_LAG_MS;
  const maxUnsentFraction = conduct.maxUnsentFraction ?? DEFAULT_MAX_UNSENT_FRACTION;
  const p99 = lags.quantile(0.99);
  const figures: VerdictFigures = {
    client_lag_p50_ms: lags.quantile(0.5),
    client_lag_p99_ms: p99,
    client_lag_max_ms: lags.max,
    max_client_lag_ms: maxClientLagMs,
    offered,
    sent,
    unsent,
    max_unsent_fraction: maxUnsentFraction,
  };
  const as = (verdict: Verdict, reason: string): Judgement => ({ verdict, reason, figures });

  if (offered === 0) return as('valid', 'Nothing was offered.');
  const lagText =
    p99 === null ? 'no client lag was measured' : `client lag p99 is ${ms(p99)}, the limit ${ms(maxClientLagMs)}`;
  const isLate = p99 !== null && p99 > maxClientLagMs;
  if (unsent / offered > maxUnsentFraction) {
    const unsentText = `${count(unsent)} of ${count(offered)} requests (${percent(unsent / offered)}) were never sent by the client, the limit is ${percent(maxUnsentFraction)}`;
    return as('under-delivered', `${unsentText}${isLate ? `; ${lagText}` : ''}.`);
  }
  if (isLate) return as('client-bound', `The client itself was late: ${lagText}.`);
  if (p99 === null) return as('unknown', `None of ${count(offered)} requests was sent, so ${lagText}.`);
  return as('valid', `The client kept its schedule: ${lagText}; ${count(sent)} of ${count(offered)} requests sent.`);
};
