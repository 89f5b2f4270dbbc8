import { type Chart, COLOUR, type LegendEntry } from '../charts/chart.js';
import { type ElapsedAxis, elapsedAxisOf, formatSpan } from '../charts/elapsed-axis.js';
import { histogramChart } from '../charts/histogram-chart.js';
import { formatAmount, formatCount } from '../text/quantity.js';
import { type JoinedBins, joinBins } from './joined-bins.js';
import { sessionTimeline } from './session-timeline.js';
import { type Steps, stepsOverTime } from './steps-over-time.js';
import type { WorkloadChartData } from './workload-chart-data.js';

const SIDES = {
  prompt: { name: 'Prompt', of: 'prompts', colour: COLOUR.teal, stated: 'prompts_with_length' },
  output: { name: 'Output', of: 'outputs', colour: COLOUR.violet, stated: 'outputs_with_length' },
} as const;

type Side = keyof typeof SIDES;

/** From the first time that anything states to the last. */
const axisOf = ({ bins, bin_ms, sessions, planned_rate }: WorkloadChartData): ElapsedAxis => {
  const times = [sessions ?? [], planned_rate ?? []].flat().map(({ time_ms }) => time_ms);
  const starts = bins.map(({ start_ms }) => start_ms);
  const from = [...starts, ...times].reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  const to = [...starts.map((ms) => ms + bin_ms), ...times].reduce((most, ms) => Math.max(most, ms), 0);
  return elapsedAxisOf(Number.isFinite(from) ? from : 0, to);
};

const busiestSteps: Steps = { valueIn: (bin) => bin.peakPerSecond, colour: COLOUR.muted, opacity: 0.55 };

const requestsChart = (data: WorkloadChartData, joined: JoinedBins, axis: ElapsedAxis): Chart | null => {
  const isJoined = joined.factor > 1;
  const planned = data.planned_rate ?? [];
  const span = formatSpan(data.bin_ms * joined.factor);
  const busiest = `busiest ${formatSpan(data.bin_ms)} in each`;
  const legend: LegendEntry[] = [
    { label: `in each ${span}`, colour: COLOUR.blue, shape: 'area', opacity: 0.6 },
    ...(isJoined ? [{ label: busiest, colour: COLOUR.muted, shape: 'line' as const, opacity: 0.55 }] : []),
    ...(planned.length > 0 ? [{ label: 'planned rate', colour: COLOUR.amber, shape: 'dashed' as const }] : []),
  ];
  return stepsOverTime({
    id: 'workload-requests',
    title: 'Requests per second',
    description: `Requests per second over time: ${legend.map(({ label }) => label).join(', ')}.`,
    axis,
    yTitle: 'Requests/s',
    bins: joined.bins,
    steps: [
      ...(isJoined ? [busiestSteps] : []),
      { valueIn: (bin) => bin.requestsPerSecond, colour: COLOUR.blue, isFilled: true },
    ],
    reference: { points: planned.map(({ time_ms, rate_rps }) => ({ ms: time_ms, value: rate_rps })) },
    legend,
    isWide: true,
  });
};

/** How many requests state a length, where it is not all of them. */
const partOf = ({ bins }: WorkloadChartData, side: Side): string | null => {
  const { stated } = SIDES[side];
  if (bins.every((bin) => bin[stated] === undefined)) return null;
  const requests = bins.reduce((sum, bin) => sum + bin.requests, 0);
  const known = bins.reduce((sum, bin) => sum + (bin[stated] ?? 0), 0);
  return known < requests ? `Stated by ${formatCount(known)} of ${formatAmount(requests, 'request')}` : null;
};

const tokensChart = (data: WorkloadChartData, joined: JoinedBins, axis: ElapsedAxis, side: Side): Chart | null => {
  const { name, colour } = SIDES[side];
  const span = formatSpan(data.bin_ms * joined.factor);
  return stepsOverTime({
    id: `workload-${side}-tokens`,
    title: `${name} tokens per second`,
    description: `${name} tokens asked for per second, in each ${span}.`,
    axis,
    yTitle: 'Tokens/s',
    bins: joined.bins,
    steps: [{ valueIn: (bin) => bin[side].perSecond, colour, isFilled: true }],
    note: [`In each ${span}`, partOf(data, side)].filter((part) => part !== null).join('  ·  '),
  });
};

const meanChart = (data: WorkloadChartData, joined: JoinedBins, axis: ElapsedAxis, side: Side): Chart | null => {
  const { name, colour } = SIDES[side];
  const span = formatSpan(data.bin_ms * joined.factor);
  return stepsOverTime({
    id: `workload-${side}-mean`,
    title: `Mean ${side} tokens`,
    description: `${name} tokens of a request, the mean of the requests in each ${span}.`,
    axis,
    yTitle: 'Tokens/request',
    bins: joined.bins,
    steps: [{ valueIn: (bin) => bin[side].mean, colour }],
    note: [`Mean of the requests in each ${span}`, partOf(data, side)].filter((part) => part !== null).join('  ·  '),
  });
};

const lengthsChart = ({ lengths }: WorkloadChartData, side: Side): Chart | null => {
  const bins = lengths?.[side] ?? [];
  if (bins.every(({ count }) => count === 0)) return null;
  const { name, of } = SIDES[side];
  return histogramChart(`workload-${side}-lengths`, {
    title: `Lengths of ${of}`,
    quantity: `${name} tokens`,
    of,
    bins,
    marks: [],
  });
};

/** The charts of a workload in the order in which they are read, those without data left out. */
export const workloadCharts = (data: WorkloadChartData): Chart[] => {
  const axis = axisOf(data);
  const joined = joinBins(data);
  const sides = Object.keys(SIDES) as Side[];
  return [
    requestsChart(data, joined, axis),
    sessionTimeline(data, axis),
    ...sides.map((side) => tokensChart(data, joined, axis, side)),
    ...sides.map((side) => meanChart(data, joined, axis, side)),
    ...sides.map((side) => lengthsChart(data, side)),
  ].filter((chart) => chart !== null);
};

/** What stands where there is nothing to draw. */
export const WITHOUT_CHARTS = 'There is no request to draw.';
