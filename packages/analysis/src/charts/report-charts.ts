import type { Report, TimeBin } from '../report.js';
import { timeUnitFor } from '../text/quantity.js';
import { type Chart, COLOUR } from './chart.js';
import { distributionChart } from './distribution-chart.js';
import { errorsOverTime } from './errors-over-time.js';
import { bandsOverTime, linesOverTime } from './lines-over-time.js';
import { type TimeAxis, timeAxisOf } from './time-axis.js';

export interface ChartGroup {
  title: string;
  charts: Chart[];
}

const present = (charts: readonly (Chart | null)[]): Chart[] => charts.filter((chart) => chart !== null);

const latencyOverTime = (report: Report, axis: TimeAxis): (Chart | null)[] => {
  const { ttft_s, latency_s } = report.distributions;
  return [
    bandsOverTime({
      id: 'ttft-over-time',
      title: 'Time to first token',
      description: 'TTFT over the run, by the time of sending: median, and bands to p90 and p99.',
      axis,
      quantity: 'TTFT',
      unit: timeUnitFor(ttft_s.p50),
      quantilesOf: (bin) => ({ p50: bin.ttft_p50_s, p90: bin.ttft_p90_s, p99: bin.ttft_p99_s }),
    }),
    bandsOverTime({
      id: 'latency-over-time',
      title: 'Latency',
      description: 'Latency of whole responses over the run, by the time of sending: median, and bands to p90 and p99.',
      axis,
      quantity: 'Latency',
      colour: COLOUR.teal,
      unit: timeUnitFor(latency_s.p50),
      quantilesOf: (bin) => ({ p50: bin.latency_p50_s, p90: bin.latency_p90_s, p99: bin.latency_p99_s }),
    }),
  ];
};

const loadOverTime = (report: Report, axis: TimeAxis): (Chart | null)[] => [
  linesOverTime({
    id: 'requests-over-time',
    title: 'Requests offered and completed',
    description: 'Requests per second over the run: offered by the workload, and completed.',
    axis,
    yTitle: 'Requests/s',
    lines: [
      {
        label: 'offered',
        colour: COLOUR.muted,
        isDashed: true,
        valueIn: (bin: TimeBin) => axis.perSecond(bin.offered, bin),
      },
      { label: 'completed', colour: COLOUR.blue, valueIn: (bin) => axis.perSecond(bin.succeeded, bin) },
    ],
  }),
  linesOverTime({
    id: 'tokens-over-time',
    title: 'Output tokens',
    description: 'Output tokens per second over the run, by the time they arrived.',
    axis,
    yTitle: 'Tokens/s',
    lines: [{ label: 'output', colour: COLOUR.teal, valueIn: (bin) => axis.perSecond(bin.output_tokens, bin) }],
  }),
  linesOverTime({
    id: 'concurrency-over-time',
    title: 'Requests in flight',
    description: 'Requests in flight over the run: mean and maximum of each slice.',
    axis,
    yTitle: 'Requests',
    lines: [
      { label: 'mean', colour: COLOUR.violet, valueIn: (bin) => bin.in_flight_mean },
      { label: 'maximum', colour: COLOUR.muted, isDashed: true, valueIn: (bin) => bin.in_flight_max },
    ],
  }),
  linesOverTime({
    id: 'client-lag-over-time',
    title: 'Client lag',
    description: 'How late the client itself was over the run: median and maximum of each slice.',
    axis,
    yTitle: 'Client lag (ms)',
    lines: [
      { label: 'p50', colour: COLOUR.blue, valueIn: (bin) => scale(bin.client_lag_p50_s) },
      { label: 'maximum', colour: COLOUR.amber, isDashed: true, valueIn: (bin) => scale(bin.client_lag_max_s) },
    ],
  }),
  errorsOverTime(report, axis),
];

const scale = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const distributions = (report: Report): (Chart | null)[] => {
  const { q, ...curves } = report.quantile_curves;
  const chart = (key: keyof typeof curves, title: string, quantity: string, of = 'requests'): Chart | null =>
    distributionChart({
      id: `${key.replace(/_s$/, '')}-distribution`,
      title,
      quantity,
      of,
      q,
      curve: curves[key],
      distribution: report.distributions[key],
    });
  return [
    chart('ttft_s', 'Time to first token', 'TTFT'),
    chart('tpot_s', 'Time per output token', 'TPOT'),
    chart('itl_s', 'Inter-token latency', 'ITL', 'gaps'),
    chart('latency_s', 'Latency', 'Latency'),
  ];
};

/** The charts of a report, those without data left out, in the order in which they are read. */
export const reportCharts = (report: Report): ChartGroup[] => {
  const axis = timeAxisOf(report);
  return [
    { title: 'Latency over time', charts: axis ? present(latencyOverTime(report, axis)) : [] },
    { title: 'Distributions', charts: present(distributions(report)) },
    { title: 'Load over time', charts: axis ? present(loadOverTime(report, axis)) : [] },
  ].filter(({ charts }) => charts.length > 0);
};
