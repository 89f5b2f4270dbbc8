import type { InFlight } from '../figures/in-flight.js';
import type { TimeBin, TimeSeries } from '../report.js';
import { LOG_HISTOGRAM_ERROR } from './log-histogram.js';
import type { TimeBins } from './time-bins.js';

/**
 * The bins of a run as a report states them.
 *
 * @param startTime what `start_s` counts from, and where the first bin begins to have a duration, in epoch seconds
 * @param endTime the last thing that happened, in epoch seconds: the last bin ends there
 */
export const timeSeriesOf = (bins: TimeBins, inFlight: InFlight, startTime: number, endTime: number): TimeSeries => {
  const slices = bins.list();
  const width = bins.widthSeconds;
  // The outer bins are as long as the run lets them be; a mean over more than that would be too low.
  const within = (time: number): number => Math.min(Math.max(time, startTime), Math.max(startTime, endTime));
  const edges = slices.map((slice) => within(slice.startTime));
  const flights = inFlight.slices([...edges, ...slices.slice(-1).map((last) => within(last.startTime + width))]);
  return {
    bin_s: width,
    quantile_error: LOG_HISTOGRAM_ERROR,
    bins: slices.map(({ startTime: binStart, content }, index): TimeBin => {
      const from = Math.max(binStart, startTime);
      const duration = Math.max(0, Math.min(binStart + width, endTime) - from);
      return {
        start_s: from - startTime,
        duration_s: duration,
        offered: content.offered,
        succeeded: content.succeeded,
        failed: Object.fromEntries([...content.failed].sort(([a], [b]) => (a < b ? -1 : 1))),
        output_tokens: content.outputTokens,
        in_flight_mean: flights[index]?.mean ?? 0,
        in_flight_max: flights[index]?.max ?? 0,
        latency_p50_s: content.latency.quantile(0.5),
        latency_p90_s: content.latency.quantile(0.9),
        latency_p99_s: content.latency.quantile(0.99),
        ttft_p50_s: content.ttft.quantile(0.5),
        ttft_p90_s: content.ttft.quantile(0.9),
        ttft_p99_s: content.ttft.quantile(0.99),
        client_lag_p50_s: content.clientLag.quantile(0.5),
        client_lag_max_s: content.clientLag.max,
      };
    }),
  };
};
