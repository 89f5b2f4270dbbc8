import type { AskedFigure } from './length-model.js';
import { createRatioCounts, type RatioCounts } from './ratio-counts.js';
import type { StatStep } from './stat-steps.js';

/** Shares of a figure by which another is off it; null where no step tells. */
interface RelativeError {
  /** Over steps, weighted by their requests. */
  mean: number | null;
  /** Of the step that is farthest off. */
  max: number | null;
}

/** A figure of lengths: asked for, of the fitted distribution, and of the lengths drawn. Tokens are after scaling. */
interface LengthFigure {
  statistic: string;
  /** Mean over the requests that it was asked for. */
  asked_tokens: number;
  fit_tokens: number;
  /**
   * A percentile over the whole run: that percentile of length / asked over all requests, times `asked_tokens`. It would be
   * `asked_tokens` if all went as asked, whatever the steps and however few their requests.
   */
  obtained_tokens: number;
}

/** A figure over the whole run. */
interface LengthRunFigure extends LengthFigure {
  requests: number;
  fit_to_asked_error: RelativeError;
  /** Over steps with enough requests to tell. */
  obtained_to_fit_error: RelativeError;
  obtained_to_asked_error: RelativeError;
}

/** Figures of one step; what was obtained is null where its requests are too few to tell. */
interface LengthStepReport {
  time_ms: number;
  requests: number;
  max_error: number;
  figures: (Omit<LengthFigure, 'obtained_tokens'> & { obtained_tokens: number | null })[];
}

/** How lengths came out. Its size does not grow with steps or requests. */
export interface LengthReport {
  requests: number;
  figures: LengthRunFigure[];
  /** The steps in which a figure is farthest from the one asked for, at most five, the worst first. */
  worst_steps: LengthStepReport[];
}

/** Compares lengths with what was asked for. */
export interface LengthTally {
  /** A length of the step; steps come in order. */
  add(tokens: number, step: StatStep, figures: readonly AskedFigure[]): void;
  report(): LengthReport;
}

const WORST_STEPS = 5;
/** A percentile needs so many requests above it and below to be told. */
const REQUESTS_BEYOND = 10;
const REQUESTS_FOR_MEAN = 100;
const ERRORS = ['fit_to_asked_error', 'obtained_to_fit_error', 'obtained_to_asked_error'] as const;

interface ErrorSum {
  sum: number;
  weight: number;
  max: number;
}
type ErrorSums = Record<(typeof ERRORS)[number], ErrorSum>;

interface RunFigure {
  q: number | null;
  requests: number;
  asked: number;
  fit: number;
  obtained: number;
  ratios: RatioCounts;
}

interface CurrentStep {
  step: StatStep;
  figures: readonly AskedFigure[];
  requests: number;
  tokens: number;
}

/** What is known of the steps that ended. */
interface Closed {
  errors: Map<string, ErrorSums>;
  worst: LengthStepReport[];
}

const noErrors = (): ErrorSums => ({
  fit_to_asked_error: { sum: 0, weight: 0, max: 0 },
  obtained_to_fit_error: { sum: 0, weight: 0, max: 0 },
  obtained_to_asked_error: { sum: 0, weight: 0, max: 0 },
});

const tells = (q: number | null, requests: number): boolean =>
  q === null ? requests >= REQUESTS_FOR_MEAN : requests * Math.min(q, 1 - q) >= REQUESTS_BEYOND;

const relativeError = (value: number, wanted: number): number => Math.abs(value / wanted - 1);

/** Adds a step that has ended. */
const close = ({ errors, worst }: Closed, current: CurrentStep, lengths: RatioCounts): void => {
  const { step, figures, requests, tokens } = current;
  let maxError = 0;
  const reported = figures.map(({ statistic, q, asked, fit }) => {
    const exact = q === null ? tokens / requests : lengths.quantile(q);
    const obtained = tells(q, requests) ? exact : null;
    const sums = errors.get(statistic) ?? noErrors();
    errors.set(statistic, sums);
    const found = {
      fit_to_asked_error: relativeError(fit, asked),
      obtained_to_fit_error: obtained === null ? null : relativeError(obtained, fit),
      obtained_to_asked_error: obtained === null ? null : relativeError(obtained, asked),
    };
    for (const name of ERRORS) {
      const error = found[name];
      if (error === null) continue;
      sums[name].sum += error * requests;
      sums[name].weight += requests;
      sums[name].max = Math.max(sums[name].max, error);
    }
    maxError = Math.max(maxError, found.fit_to_asked_error, found.obtained_to_asked_error ?? 0);
    return { statistic, asked_tokens: asked, fit_tokens: fit, obtained_tokens: obtained };
  });
  worst.push({ time_ms: step.timeMs, requests, max_error: maxError, figures: reported });
  worst.sort((a, b) => b.max_error - a.max_error || a.time_ms - b.time_ms);
  worst.length = Math.min(worst.length, WORST_STEPS);
};

const runFigure = (
  [statistic, { q, requests, asked, fit, obtained, ratios }]: [string, RunFigure],
  sums: ErrorSums,
): LengthRunFigure => {
  const errorOf = ({ sum, weight, max }: ErrorSum): RelativeError =>
    weight === 0 ? { mean: null, max: null } : { mean: sum / weight, max };
  return {
    statistic,
    requests,
    asked_tokens: asked / requests,
    fit_tokens: fit / requests,
    obtained_tokens: q === null ? obtained / requests : (asked / requests) * (ratios.quantile(q) ?? Number.NaN),
    fit_to_asked_error: errorOf(sums.fit_to_asked_error),
    obtained_to_fit_error: errorOf(sums.obtained_to_fit_error),
    obtained_to_asked_error: errorOf(sums.obtained_to_asked_error),
  };
};

/** Starts with no length. */
export const createLengthTally = (): LengthTally => {
  const run = new Map<string, RunFigure>();
  const closed: Closed = { errors: new Map(), worst: [] };
  /** Of the current step. */
  const lengths = createRatioCounts();
  let current: CurrentStep | undefined;
  let total = 0;

  return {
    add(tokens, step, figures) {
      if (current && current.step !== step) {
        close(closed, current, lengths);
        lengths.clear();
        current = undefined;
      }
      current ??= { step, figures, requests: 0, tokens: 0 };
      current.requests++;
      current.tokens += tokens;
      lengths.add(tokens);
      total++;
      for (const { statistic, q, asked, fit } of figures) {
        let figure = run.get(statistic);
        if (!figure) {
          figure = { q, requests: 0, asked: 0, fit: 0, obtained: 0, ratios: createRatioCounts() };
          run.set(statistic, figure);
        }
        figure.requests++;
        figure.asked += asked;
        figure.fit += fit;
        figure.obtained += tokens;
        if (q !== null) figure.ratios.add(tokens / asked);
      }
    },
    report() {
      // The current step may go on after the report.
      const all = structuredClone(closed);
      if (current) close(all, current, lengths);
      const shareOf = (figure: RunFigure): number => figure.q ?? Number.NEGATIVE_INFINITY;
      return {
        requests: total,
        figures: [...run]
          .sort(([, a], [, b]) => shareOf(a) - shareOf(b))
          .map((entry) => runFigure(entry, all.errors.get(entry[0]) ?? noErrors())),
        worst_steps: all.worst,
      };
    },
  };
};
