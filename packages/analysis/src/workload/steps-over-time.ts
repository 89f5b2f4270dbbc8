import type { TopLevelSpec } from 'vega-lite';
import { type Chart, COLOUR, type LegendEntry } from '../charts/chart.js';
import type { ElapsedAxis } from '../charts/elapsed-axis.js';
import type { JoinedBin } from './joined-bins.js';

/** Values over time, each held for the length of its bin. */
export interface Steps {
  valueIn: (bin: JoinedBin) => number | null;
  colour: string;
  /** Whether the room below them is filled. */
  isFilled?: boolean;
  opacity?: number;
}

/** A line through points, straight between them. */
interface ReferenceLine {
  points: readonly { ms: number; value: number }[];
}

export interface StepsChart {
  id: string;
  title: string;
  description: string;
  axis: ElapsedAxis;
  yTitle: string;
  bins: readonly JoinedBin[];
  /** In the order in which they are drawn, the last on top. */
  steps: readonly Steps[];
  reference?: ReferenceLine | null;
  legend?: LegendEntry[];
  note?: string | null;
  isWide?: boolean;
}

/** From here on an axis says 1.2M in place of 1,200,000. */
const SHORT_FROM = 1e6;

/** Labels of an axis, by the largest value on it: never an exponent, nor 0M. */
const labelsFor = (most: number): string =>
  `datum.value === 0 ? '0' : format(datum.value, '${most >= SHORT_FROM ? ',~s' : ',~r'}')`;

interface Corner {
  time: number;
  value: number | null;
  order: number;
}

/** The corners of steps; a missing value and a gap between bins break the line. */
const cornersOf = (bins: readonly JoinedBin[], { valueIn }: Steps, { position }: ElapsedAxis): Corner[] => {
  const corners: Omit<Corner, 'order'>[] = [];
  for (const [index, bin] of bins.entries()) {
    const value = valueIn(bin);
    const before = bins[index - 1];
    // Times of a trace are not always whole: half a millisecond is no gap.
    if (before && bin.fromMs - before.toMs > 0.5) corners.push({ time: position(before.toMs), value: null });
    corners.push({ time: position(bin.fromMs), value }, { time: position(bin.toMs), value });
  }
  return corners.map((corner, order) => ({ ...corner, order }));
};

/** Room for labels such as `800,000`, so that charts above one another share their left edge. */
const LABEL_WIDTH = 54;

/** Values over time as steps as wide as their bins; null where all are missing or 0. */
export const stepsOverTime = (chart: StepsChart): Chart | null => {
  const { axis, bins, steps, reference, note } = chart;
  const layers = steps.map((one) => ({ one, corners: cornersOf(bins, one, axis) }));
  const points = (reference?.points ?? []).map(({ ms, value }, order) => ({ time: axis.position(ms), value, order }));
  const most = [...layers.flatMap(({ corners }) => corners), ...points].reduce(
    (largest, { value }) => Math.max(largest, value ?? 0),
    0,
  );
  if (most === 0) return null;
  const x = {
    field: 'time',
    type: 'quantitative' as const,
    title: axis.title,
    scale: { domain: [...axis.domain], nice: false },
    axis: { format: ',~r', ...(chart.isWide && { tickCount: 12 }) },
  };
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    title: chart.yTitle,
    stack: null,
    scale: { domain: [0, most], nice: true },
    axis: { labelExpr: labelsFor(most), minExtent: LABEL_WIDTH },
  };
  const order = { field: 'order', type: 'quantitative' as const };
  const spec = {
    layer: [
      ...layers.flatMap(({ one, corners }) => {
        const { colour, opacity = 1, isFilled = false } = one;
        const line = {
          data: { values: corners },
          mark: { type: 'line', color: colour, opacity, strokeWidth: 1.5, strokeJoin: 'round' },
          encoding: { x, y, order },
        };
        // An area takes its points by time, those of one time as they come: an order would make each a group of its own.
        const area = { ...line, mark: { type: 'area', color: colour, opacity: 0.22 * opacity }, encoding: { x, y } };
        return isFilled ? [area, line] : [line];
      }),
      ...(points.length === 0
        ? []
        : [
            {
              data: { values: points },
              mark: { type: 'line', color: COLOUR.amber, strokeDash: [5, 3], strokeWidth: 1.75 },
              encoding: { x, y, order },
            },
          ]),
    ],
  };
  return {
    id: chart.id,
    title: chart.title,
    description: chart.description,
    legend: chart.legend ?? [],
    ...(note && { note }),
    ...(chart.isWide && { isWide: true }),
    spec: spec as TopLevelSpec,
  };
};
