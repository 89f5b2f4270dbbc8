import { basename } from 'node:path';
import { type ChartFormat, checkChartFormats, type WorkloadChartData, writeWorkloadCharts } from '@aibrix/analysis';
import type { WorkloadEntry } from '@aibrix/schema';
import {
  collectWorkloadSeries,
  createRate,
  type NamedArrivals,
  parseNamedArrivals,
  type WorkloadSeries,
} from '@aibrix/workload';
import { workloadFacts } from '../output/workload-facts.js';

/**
 * Formats of charts by name; `none` is no format.
 *
 * @throws BenchmarkError `usage` for another name
 */
export const chartFormats = (names: readonly string[]): ChartFormat[] => {
  const formats = names.filter((name) => name !== 'none');
  return formats.length === 0 ? [] : checkChartFormats(formats);
};

/** The path of charts beside a workload file: its name without endings. */
const basePath = (file: string): string => file.replace(/\.(?:gz|zst)$/, '').replace(/\.jsonl?$/, '');

/** The named rate at both ends of each slice: what jumps is seen to. */
const plannedRate = (arrivals: NamedArrivals | undefined, { bins, bin_ms }: WorkloadSeries) => {
  if (!arrivals?.rate || arrivals.of !== 'requests') return null;
  const { rateAt } = createRate(arrivals.rate);
  return bins.flatMap(({ start_ms }) =>
    [start_ms, start_ms + bin_ms * (1 - 1e-6)].map((time) => ({ time_ms: time, rate_rps: rateAt(time) })),
  );
};

/** What charts of a workload show. */
export const chartData = (
  file: string,
  series: WorkloadSeries,
  described: { statistics: Readonly<Record<string, unknown>>; notes: readonly string[] },
): WorkloadChartData => ({
  title: basename(file),
  ...series,
  planned_rate: plannedRate(parseNamedArrivals(described.statistics.arrivals).arrivals, series),
  facts: workloadFacts(described.statistics),
  notes: described.notes,
});

/** Draws a workload that passes by, and writes the drawings beside its file. */
export const collectChart = (): {
  add(entry: WorkloadEntry): void;
  write(
    file: string,
    described: { statistics: Readonly<Record<string, unknown>>; notes: readonly string[] },
    formats: readonly ChartFormat[],
  ): Promise<string[]>;
} => {
  const series = collectWorkloadSeries();
  return {
    add: series.add,
    async write(file, described, formats) {
      return writeWorkloadCharts(basePath(file), chartData(file, series.result(), described), formats);
    },
  };
};
