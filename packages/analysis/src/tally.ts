import { type RequestResult, wasNeverSent } from '@aibrix/schema';
import { createErrorsByClass, type ErrorsByClass } from './figures/errors-by-class.js';
import { createInFlight, type InFlight } from './figures/in-flight.js';
import { createLengthComparison, type LengthTally } from './figures/planned-lengths.js';
import { type ResultFigures, resultFigures } from './figures/result-figures.js';
import { createRunSketches, type RunSketches } from './figures/run-sketches.js';
import { createRunWindow, type RunWindow } from './figures/run-window.js';
import { createGoodputCounter, type GoodputCounter } from './goodput/goodput-counter.js';
import type { GoodputTarget } from './goodput/goodput-targets.js';
import type { TimeSeries } from './report.js';
import { createTimeBins } from './time-series/time-bins.js';
import { timeSeriesOf } from './time-series/time-series.js';
import { visitTokenArrivals } from './time-series/token-arrivals.js';

const MAX_MODELS = 10;

/** Everything that is counted in the one pass over the results. */
export interface Tally {
  add(result: RequestResult): void;
  readonly counts: {
    results: number;
    sent: number;
    succeeded: number;
    /** Given up before they were sent. */
    unsent: number;
    /** Requests with both a start and an end, and the sum of the seconds between them. */
    ended: number;
    secondsInFlight: number;
    /** Requests whose TPOT is recorded, and the time of their last token is not. */
    withoutTokenClocks: number;
  };
  readonly window: RunWindow;
  readonly sketches: RunSketches;
  readonly errors: ErrorsByClass;
  readonly inFlight: InFlight;
  readonly goodput: GoodputCounter;
  readonly promptLengths: LengthTally;
  readonly outputLengths: LengthTally;
  readonly models: ReadonlySet<string>;
  /** @param startTime what the bins count from, in epoch seconds; null where nothing was scheduled or sent */
  timeSeries(startTime: number | null): TimeSeries;
}

/** @param originTime where the bins of the time series begin, in epoch seconds; undefined: at the first result */
export const createTally = (targets: readonly GoodputTarget[], originTime: number | undefined): Tally => {
  const window = createRunWindow();
  const sketches = createRunSketches();
  const errors = createErrorsByClass();
  const inFlight = createInFlight();
  const goodput = createGoodputCounter(targets);
  const promptLengths = createLengthComparison();
  const outputLengths = createLengthComparison();
  const models = new Set<string>();
  const counts = { results: 0, sent: 0, succeeded: 0, unsent: 0, ended: 0, secondsInFlight: 0, withoutTokenClocks: 0 };
  let lastTime = Number.NEGATIVE_INFINITY;
  let bins = originTime === undefined ? undefined : createTimeBins(originTime);

  const addSent = (figures: ResultFigures): void => {
    const { startTime, endTime, clientLag } = figures;
    counts.sent++;
    sketches.addConduct(figures);
    if (startTime === null) return;
    if (clientLag !== null) bins?.at(startTime).clientLag.add(clientLag);
    if (endTime === null || endTime < startTime) return;
    inFlight.add(startTime, endTime);
    counts.secondsInFlight += endTime - startTime;
    counts.ended++;
  };

  const addSuccess = (result: RequestResult, figures: ResultFigures): void => {
    const { startTime, endTime, latency, ttft, tpot, lastTokenTime } = figures;
    counts.succeeded++;
    if (tpot !== null && lastTokenTime === null) counts.withoutTokenClocks++;
    sketches.addSuccess(figures, result);
    goodput.add(figures);
    // The plan is of a turn's own text, and a later turn is sent with the conversation so far.
    if (!result.turn) promptLengths.add(figures.plannedPromptTokens, figures.promptTokens);
    outputLengths.add(figures.plannedOutputTokens, figures.outputTokens);
    if (!bins) return;
    if (endTime !== null) bins.at(endTime).succeeded++;
    if (startTime !== null && latency !== null) bins.at(startTime).latency.add(latency);
    if (startTime !== null && ttft !== null) bins.at(startTime).ttft.add(ttft);
    visitTokenArrivals(figures, result, bins.spreadTokens);
  };

  const addFailure = (result: RequestResult, figures: ResultFigures): void => {
    const type = errors.add(result);
    if (wasNeverSent(result)) counts.unsent++;
    const time = figures.endTime ?? figures.startTime ?? figures.scheduledTime;
    const failed = time === null ? undefined : bins?.at(time).failed;
    failed?.set(type, (failed.get(type) ?? 0) + 1);
  };

  return {
    add(result) {
      const figures = resultFigures(result);
      const { scheduledTime, startTime, endTime, isSuccess } = figures;
      const anyTime = scheduledTime ?? startTime ?? endTime;
      if (anyTime !== null) bins ??= createTimeBins(anyTime);
      counts.results++;
      window.add(figures);
      lastTime = Math.max(lastTime, endTime ?? startTime ?? scheduledTime ?? lastTime);
      if (result.model && models.size < MAX_MODELS) models.add(result.model);
      const offeredTime = scheduledTime ?? startTime;
      if (bins && offeredTime !== null) bins.at(offeredTime).offered++;
      if (startTime !== null || isSuccess) addSent(figures);
      if (isSuccess) addSuccess(result, figures);
      else addFailure(result, figures);
    },
    counts,
    window,
    sketches,
    errors,
    inFlight,
    goodput,
    promptLengths,
    outputLengths,
    models,
    timeSeries: (startTime) => timeSeriesOf(bins ?? createTimeBins(0), inFlight, startTime ?? 0, lastTime),
  };
};
