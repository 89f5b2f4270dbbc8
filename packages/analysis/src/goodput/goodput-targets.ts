import { BenchmarkError, closestMatch } from '@aibrix/core/errors';

/** What a target may be set on; all in seconds. `_scheduled` counts from the scheduled time, the others from sending. */
export const GOODPUT_METRICS = ['ttft', 'tpot', 'e2e', 'ttft_scheduled', 'e2e_scheduled'] as const;

export type GoodputMetric = (typeof GOODPUT_METRICS)[number];

/** A request meets it with a value at or below the limit. */
export interface GoodputTarget {
  metric: GoodputMetric;
  limitSeconds: number;
}

const isMetric = (word: string): word is GoodputMetric => (GOODPUT_METRICS as readonly string[]).includes(word);

const parseTarget = (part: string, spec: string): GoodputTarget => {
  const refuse = (problem: string, hint: string): BenchmarkError =>
    new BenchmarkError('usage', `goodput target "${spec}": ${problem}`, { hint });
  const [metric = '', limit, ...rest] = part.split(':').map((word) => word.trim());
  if (limit === undefined || rest.length > 0) {
    throw refuse(`"${part}" is not metric:seconds`, 'Write it like ttft:0.5 or ttft:0.5,e2e:10.');
  }
  if (!isMetric(metric)) {
    const meant = closestMatch(metric, GOODPUT_METRICS);
    throw refuse(
      `there is no metric "${metric}"`,
      meant ? `Did you mean ${meant}?` : `Metrics are ${GOODPUT_METRICS.join(', ')}.`,
    );
  }
  const [, digits = '', unit] = /^(.*?)(ms|s)?$/.exec(limit) ?? [];
  const limitSeconds = digits.trim() === '' ? Number.NaN : Number(digits) / (unit === 'ms' ? 1000 : 1);
  if (!Number.isFinite(limitSeconds) || limitSeconds <= 0) {
    throw refuse(
      `"${limit}" is not a limit for ${metric}`,
      'A limit is a number of seconds above 0, or of milliseconds with ms: half a second is 0.5 or 500ms.',
    );
  }
  return { metric, limitSeconds };
};

/**
 * Reads targets such as `tpot:0.5` or `ttft:500ms,e2e:10` (seconds without a unit), all of which a good request meets.
 *
 * @throws BenchmarkError `usage`, with what is wrong and a suggestion
 */
export const parseGoodputTargets = (spec: string): GoodputTarget[] => {
  const targets = spec.split(',').map((part) => parseTarget(part.trim(), spec));
  const repeated = targets.find(({ metric }, index) => targets.findIndex((other) => other.metric === metric) < index);
  if (repeated) {
    throw new BenchmarkError('usage', `goodput target "${spec}": ${repeated.metric} is there twice`, {
      hint: 'Keep the stricter one.',
    });
  }
  return targets;
};

/**
 * Refuses targets on what a run without streaming cannot measure.
 *
 * @throws BenchmarkError `usage`
 */
export const checkTargetsMeasurable = (targets: readonly GoodputTarget[], options: { isStreaming: boolean }): void => {
  const unmeasurable = targets.find(({ metric }) => metric === 'tpot' || metric.startsWith('ttft'));
  if (options.isStreaming || !unmeasurable) return;
  throw new BenchmarkError('usage', `a goodput target on ${unmeasurable.metric} needs a run with streaming`, {
    hint: 'Without streaming only e2e and e2e_scheduled are measured.',
  });
};
