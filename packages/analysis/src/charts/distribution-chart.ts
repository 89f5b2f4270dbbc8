import type { Distribution } from '../report.js';
import { formatSeconds, timeUnitFor } from '../text/quantity.js';
import { type Chart, COLOUR } from './chart.js';

/** A spread wider than this, from p5 to p99, is drawn on a logarithmic axis. */
const LOGARITHMIC_FROM = 20;

/** Where a linear axis ends: a few outliers would squeeze everything else into the corner. */
const LINEAR_END_QUANTILE = 0.999;

/** A logarithmic axis leaves out labels when it has more ticks than it was asked for. */
const MANY_TICKS = 100;

/** 1, 2, 5, 10, 20, … within a range. */
const logarithmicTicks = (min: number, max: number): number[] => {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number((digit * 10 ** power).toPrecision(1));
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  const isDecade = (tick: number): boolean => Number.isInteger(Number(Math.log10(tick).toFixed(9)));
  return ticks.length > 8 ? ticks.filter(isDecade) : ticks;
};

/** Fewer values have no distribution to speak of; the table states them. */
const MIN_VALUES = 20;

/** The share of values at or below each value, with p50 and p99 marked. Null for too few values. */
export const distributionChart = (options: {
  id: string;
  title: string;
  /** What is counted: `requests` or `gaps`. */
  of: string;
  quantity: string;
  q: readonly number[];
  /** Values at `q`, in seconds. */
  curve: readonly number[] | null;
  distribution: Distribution;
}): Chart | null => {
  const { q, curve } = options;
  const { count, p50, p99 } = options.distribution;
  if (!curve || p50 === null || p99 === null || count < MIN_VALUES) return null;
  const unit = timeUnitFor(p50);
  const points = curve.map((value, index) => ({ value: value * unit.perSecond, share: q[index] as number }));
  const at = (share: number): number => points.find((point) => point.share >= share)?.value ?? 0;
  const low = at(0.05);
  const isLogarithmic = low > 0 && at(0.99) / low > LOGARITHMIC_FROM;
  const min = isLogarithmic ? Math.max(at(0.01), low / 10) : 0;
  const max = isLogarithmic ? at(1) : at(LINEAR_END_QUANTILE) || at(1) || 1;
  const shown = points.filter(({ value }) => value >= min && value <= max);
  const marks = [
    { name: 'p50', seconds: p50, share: 0.5, colour: COLOUR.blue },
    { name: 'p99', seconds: p99, share: 0.99, colour: COLOUR.amber },
  ].map((mark) => ({
    ...mark,
    value: mark.seconds * unit.perSecond,
    label: `${mark.name} ${formatSeconds(mark.seconds)}`,
  }));
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    title: `${options.quantity} (${unit.name})`,
    scale: { domain: [min, max], nice: false, ...(isLogarithmic && { type: 'log' as const }) },
    ...(isLogarithmic && { axis: { values: logarithmicTicks(min, max), format: ',~r', tickCount: MANY_TICKS } }),
  };
  const y = {
    field: 'share',
    type: 'quantitative' as const,
    title: `Share of ${options.of}`,
    scale: { domain: [0, 1] },
    axis: { format: '.0%' },
  };
  return {
    id: options.id,
    title: options.title,
    description: `Share of ${options.of} at or below each value of ${options.quantity}. ${marks.map(({ label }) => label).join(', ')}.`,
    legend: marks.map(({ label, colour }) => ({ label, colour, shape: 'dot' })),
    spec: {
      layer: [
        {
          data: { values: shown },
          mark: { type: 'line', color: COLOUR.blue, strokeWidth: 1.75 },
          encoding: { x, y },
        },
        ...marks.map(({ value, share, colour }) => ({
          data: { values: [{ value, foot: 0, share }] },
          mark: { type: 'rule' as const, color: colour, strokeDash: [3, 3], strokeWidth: 1 },
          encoding: { x, y: { ...y, field: 'foot' }, y2: { field: 'share' } },
        })),
        ...marks.map(({ value, share, colour }) => ({
          data: { values: [{ value, share }] },
          mark: { type: 'point' as const, filled: true, color: colour, size: 42, opacity: 1 },
          encoding: { x, y },
        })),
      ],
    },
  };
};
