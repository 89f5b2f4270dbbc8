import { requestFigures } from '@aibrix/metrics';
import type { RequestResult } from '@aibrix/schema';

/** What one result says, with every number either finite or null. Times are epoch seconds, durations seconds. */
export interface ResultFigures {
  isSuccess: boolean;
  plannedTime: number | null;
  scheduledTime: number | null;
  startTime: number | null;
  firstTokenTime: number | null;
  lastTokenTime: number | null;
  endTime: number | null;
  latency: number | null;
  ttft: number | null;
  tpot: number | null;
  throughput: number | null;
  normTpot: number | null;
  ttftScheduled: number | null;
  latencyScheduled: number | null;
  queueTime: number | null;
  turnWait: number | null;
  connectTime: number | null;
  dispatchLag: number | null;
  clientLag: number | null;
  promptTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
  plannedPromptTokens: number | null;
  plannedOutputTokens: number | null;
}

const known = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A figure that the result states, null included; else what its clocks say. */
const statedOr = (stated: number | null | undefined, derived: number | null): number | null =>
  stated === undefined ? derived : known(stated);

/** Differences of stamps are no finer than the stamps: microseconds. Never −0. */
const toMicroseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6 || 0;

const difference = (to: number | null, from: number | null): number | null =>
  to === null || from === null ? null : to - from;

/** Answers whose tokens all came in one read: there is no time between tokens to speak of. */
export const hasNoLaterToken = (figures: ResultFigures): boolean =>
  (figures.outputTokens !== null && figures.outputTokens <= 1) ||
  (figures.firstTokenTime !== null && figures.firstTokenTime === figures.lastTokenTime);

/**
 * Figures that a result states are taken as they are (a null TPOT says that no token is known to have come after the first read); those
 * it lacks come from its clocks. Results of the Python tool have no token clocks and no schedule: what
 * needs them is null.
 */
export const resultFigures = (result: RequestResult): ResultFigures => {
  const plannedTime = known(result.planned_time);
  const scheduledTime = known(result.scheduled_time);
  const startTime = known(result.start_time);
  const firstTokenTime = known(result.first_token_time);
  const lastTokenTime = known(result.last_token_time);
  const endTime = known(result.end_time);
  const promptTokens = known(result.prompt_tokens);
  const outputTokens = known(result.output_tokens);
  const derived = requestFigures({
    startTime,
    firstTokenTime,
    lastTokenTime,
    endTime,
    outputTokens,
    firstReadTokens: known(result.first_read_tokens),
    // A response that was not streamed has no first token time.
    isStreamed: true,
  });
  const latency = statedOr(result.latency, derived.latency);
  const dispatchLag = statedOr(result.dispatch_lag, difference(startTime, scheduledTime));
  const queueTime = known(result.queue_time);
  const connectTime = known(result.connect_time);
  return {
    isSuccess: result.status === 'success',
    plannedTime,
    scheduledTime,
    startTime,
    firstTokenTime,
    lastTokenTime,
    endTime,
    latency,
    ttft: statedOr(result.ttft, derived.ttft),
    tpot: statedOr(result.tpot, derived.tpot),
    throughput: statedOr(result.throughput, derived.throughput),
    normTpot: latency === null || outputTokens === null || outputTokens <= 0 ? null : latency / outputTokens,
    ttftScheduled: difference(firstTokenTime, scheduledTime),
    latencyScheduled: difference(endTime, scheduledTime),
    queueTime,
    turnWait: difference(scheduledTime, plannedTime),
    connectTime,
    dispatchLag,
    clientLag: dispatchLag === null ? null : toMicroseconds(dispatchLag - (queueTime ?? 0) - (connectTime ?? 0)),
    promptTokens,
    outputTokens,
    totalTokens:
      known(result.total_tokens) ??
      (promptTokens === null || outputTokens === null ? null : promptTokens + outputTokens),
    plannedPromptTokens: known(result.prompt_length_planned),
    plannedOutputTokens: known(result.output_length_planned),
  };
};
