import type { MetricSeries, MetricValue, ServerMetricsRecord } from '@aibrix/schema';

/** One value of one series at one time. */
export interface ServerSample {
  /** When the scrape was sent, in epoch seconds on the clock of the results. */
  time: number;
  endpoint: string;
  phase: ServerMetricsRecord['phase'];
  series: MetricSeries;
  /** May be NaN or infinite, as Prometheus has it. */
  value: number;
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

const toNumber = (value: MetricValue): number => (typeof value === 'number' ? value : (SPECIAL[value] ?? Number.NaN));

/**
 * The records of a file of server metrics, from its first on, as single values with their names and labels. Memory grows with
 * the number of series, not with that of records. Scrapes that failed give nothing.
 */
export const serverSamples = async function* (
  records: Iterable<ServerMetricsRecord> | AsyncIterable<ServerMetricsRecord>,
): AsyncGenerator<ServerSample> {
  const known = new Map<number, MetricSeries>();
  for await (const { time, endpoint, phase, series, samples } of records) {
    for (const one of series) known.set(one.id, one);
    for (const [id, value] of samples) {
      const named = known.get(id);
      // A file that was cut at its beginning lacks names: what cannot be named is of no use.
      if (named) yield { time, endpoint, phase, series: named, value: toNumber(value) };
    }
  }
};
