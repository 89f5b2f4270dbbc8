import type { MetricSeries } from '@aibrix/schema';
import { parseSeries } from './exposition-line.js';
import { ExpositionReader } from './exposition-reader.js';

/** One sample of a metrics page. */
export interface ExpositionSample {
  /** With the suffix that histograms, summaries and counters have. */
  name: string;
  type: MetricSeries['type'];
  labels: Record<string, string>;
  /** May be NaN or infinite. */
  value: number;
  /** When it was taken, in epoch seconds; null where the page does not say. */
  timeSeconds: number | null;
}

/**
 * All samples of a page in Prometheus' text format or in OpenMetrics, in its order. Lines that are in neither are left out,
 * as are exemplars.
 *
 * @param options.isOpenMetrics what the page is by its content type: times are seconds then, not milliseconds. Default false.
 */
export const parseExposition = (text: string, options: { isOpenMetrics?: boolean } = {}): ExpositionSample[] => {
  const samples: ExpositionSample[] = [];
  const reader = new ExpositionReader({
    isOpenMetrics: options.isOpenMetrics ?? false,
    isWanted: () => true,
    onSample: ({ seriesText, value, timeSeconds }) => {
      const series = parseSeries(seriesText);
      if (series) samples.push({ ...series, type: reader.typeOf(series.name), value, timeSeconds });
      return series !== null;
    },
  });
  reader.push(Buffer.from(text));
  reader.end();
  return samples;
};
