import type { TopLevelSpec } from 'vega-lite';
import { CHART_HEIGHT, type Chart, COLOUR } from '../charts/chart.js';
import type { ElapsedAxis } from '../charts/elapsed-axis.js';
import { formatAmount, formatCount } from '../text/quantity.js';
import type { WorkloadChartData } from './workload-chart-data.js';

/** So many sessions still have room for a line each. */
const MAX_LINES = 60;
const MAX_HEIGHT = 320;
/** What a session adds to the height of the chart, where there are many. */
const HEIGHT_PER_SESSION = 4;
const LABEL_WIDTH = 54;

/** Area of a dot, in square pixels: smaller where there are many. */
const dotSize = (dots: number): number => (dots > 1500 ? 5 : dots > 200 ? 11 : 26);

/** A dot per request, a row per session in the order of their first requests. Null without sessions. */
export const sessionTimeline = (data: WorkloadChartData, axis: ElapsedAxis): Chart | null => {
  const dots = data.sessions ?? [];
  if (dots.length === 0) return null;
  const spans = new Map<number, { lane: number; from: number; to: number }>();
  const values = dots.map(({ lane, time_ms }) => {
    const time = axis.position(time_ms);
    const span = spans.get(lane);
    spans.set(lane, { lane, from: Math.min(time, span?.from ?? time), to: Math.max(time, span?.to ?? time) });
    return { time, lane };
  });
  const rows = [...spans.keys()].reduce((most, lane) => Math.max(most, lane), 0) + 1;
  const total = data.sessions_total ?? spans.size;
  const of = data.dots_shown_of ?? dots.length;
  const shown =
    of > dots.length
      ? `${formatCount(dots.length)} of ${formatAmount(of, 'request')} shown`
      : formatAmount(of, 'request');
  const note = `${formatAmount(total, 'session')}  ·  ${shown}`;
  const x = {
    field: 'time',
    type: 'quantitative',
    title: axis.title,
    scale: { domain: [...axis.domain], nice: false },
    axis: { format: ',~r', tickCount: 12 },
  };
  const y = {
    field: 'lane',
    type: 'quantitative',
    title: 'Session, by first request',
    scale: { domain: [-0.5, rows - 0.5], nice: false },
    axis: { format: ',d', tickMinStep: 1, minExtent: LABEL_WIDTH, grid: false },
  };
  const lines = {
    data: { values: [...spans.values()] },
    mark: { type: 'rule', color: COLOUR.violet, opacity: 0.3, strokeWidth: 1 },
    encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' }, y },
  };
  const points = {
    data: { values },
    mark: { type: 'point', filled: true, color: COLOUR.violet, size: dotSize(dots.length), opacity: 0.85 },
    encoding: { x, y },
  };
  return {
    id: 'session-timeline',
    title: 'Sessions',
    description: `Requests of each session over time, sessions in the order of their first request. ${note}.`,
    legend: [],
    note,
    isWide: true,
    spec: {
      height: Math.min(MAX_HEIGHT, CHART_HEIGHT + rows * HEIGHT_PER_SESSION),
      layer: spans.size <= MAX_LINES ? [lines, points] : [points],
    } as TopLevelSpec,
  };
};
