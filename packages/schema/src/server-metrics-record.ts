import { z } from 'zod';

/**
 * A value as JSON can hold it: Prometheus has values that JSON has no number for.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/ for what a value may be
 */
export type MetricValue = number | 'NaN' | '+Inf' | '-Inf';

/** One series of a server's metrics: what its values are of. */
export interface MetricSeries {
  /** Number of the series within the file, from 0: samples refer to it. */
  id: number;
  /** Name of the sample, with the suffix that histograms, summaries and counters have: `…_bucket`, `…_sum`, `…_total`. */
  name: string;
  /** As the endpoint declares it; `unknown` where it declares none. */
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  /** With `le` in the buckets of a histogram and `quantile` in a summary. */
  labels: Record<string, string>;
}

/**
 * The value of a series, and, where the endpoint states one, the time of it in epoch seconds on the server's own clock.
 * `[id, value]` or `[id, value, time]`.
 */
export type MetricSample = [id: number, value: MetricValue] | [id: number, value: MetricValue, time: number];

/**
 * What one scrape of one metrics endpoint found: a line of `X.server.jsonl`, which stands beside the results `X.jsonl` and
 * is on their clock. Name and labels of a series stand once, in the first record that has it: whoever reads the file from
 * its beginning keeps them by `id`.
 */
export interface ServerMetricsRecord {
  /** When the scrape was sent, in epoch seconds on the clock of the results. */
  time: number;
  /** From then to the end of its answer, or to its failure, in seconds: the values were true somewhere in between. */
  scrape_seconds: number;
  /** URL that was asked, without its query. */
  endpoint: string;
  /** `before` load, `during` it, or `after` the last request ended. */
  phase: 'before' | 'during' | 'after';
  /** Why there are no samples; absent where there are. */
  error?: string | null | undefined;
  /** Series that no record before has. */
  series: MetricSeries[];
  /** One for each series that the endpoint had, in its order. */
  samples: MetricSample[];
  /** Lines left out because they are not in the text format, or because there were too many series. Absent where there are none. */
  dropped_lines?: number | null | undefined;
}

const metricValueSchema: z.ZodType<MetricValue> = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf'])]);

const metricSeriesSchema: z.ZodType<MetricSeries> = z.looseObject({
  id: z.int().nonnegative(),
  name: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary', 'unknown']),
  labels: z.record(z.string(), z.string()),
});

const metricSampleSchema: z.ZodType<MetricSample> = z.union([
  z.tuple([z.int().nonnegative(), metricValueSchema]),
  z.tuple([z.int().nonnegative(), metricValueSchema, z.number()]),
]);

export const serverMetricsRecordSchema: z.ZodType<ServerMetricsRecord> = z.looseObject({
  time: z.number(),
  scrape_seconds: z.number(),
  endpoint: z.string(),
  phase: z.enum(['before', 'during', 'after']),
  error: z.string().nullish(),
  series: z.array(metricSeriesSchema),
  samples: z.array(metricSampleSchema),
  dropped_lines: z.number().nullish(),
});

const RESULTS_SUFFIX = /(\.jsonl?)?(\.gz|\.zst)?$/i;

/** Where the server metrics of a results file stand: `X.server.jsonl` beside `X.jsonl`, compressed where that is. */
export const serverMetricsPath = (resultsPath: string): string =>
  resultsPath.replace(RESULTS_SUFFIX, (_, __, compression: string | undefined) => `.server.jsonl${compression ?? ''}`);
