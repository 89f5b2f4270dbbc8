import type { TimeBin } from '../report.js';
import { type Chart, COLOUR, type LegendEntry } from './chart.js';
import type { TimeAxis } from './time-axis.js';

export interface Line {
  label: string;
  colour: string;
  isDashed?: boolean;
  valueIn: (bin: TimeBin) => number | null;
}

/** Lines over the run, one value a slice; a slice without a value breaks the line. Null where nothing happened. */
export const linesOverTime = (options: {
  id: string;
  title: string;
  description: string;
  axis: TimeAxis;
  yTitle: string;
  lines: readonly Line[];
}): Chart | null => {
  const { axis, lines } = options;
  const values = lines.flatMap(({ label, valueIn }) =>
    axis.bins.map((bin) => ({ time: axis.position(bin), label, value: valueIn(bin) })),
  );
  if (values.every(({ value }) => !value)) return null;
  const labels = lines.map(({ label }) => label);
  return {
    id: options.id,
    title: options.title,
    description: options.description,
    legend:
      lines.length < 2
        ? []
        : lines.map(
            ({ label, colour, isDashed }): LegendEntry => ({ label, colour, shape: isDashed ? 'dashed' : 'line' }),
          ),
    spec: {
      data: { values },
      mark: { type: 'line', strokeWidth: 1.75, interpolate: 'linear', point: axis.hasPoints && { size: 10 } },
      encoding: {
        x: { field: 'time', type: 'quantitative', title: axis.title, scale: { nice: false, zero: true } },
        y: { field: 'value', type: 'quantitative', title: options.yTitle },
        color: {
          field: 'label',
          type: 'nominal',
          scale: { domain: labels, range: lines.map(({ colour }) => colour) },
          legend: null,
        },
        strokeDash: {
          field: 'label',
          type: 'nominal',
          scale: { domain: labels, range: lines.map(({ isDashed }) => (isDashed ? [4, 3] : [1, 0])) },
          legend: null,
        },
      },
    },
  };
};

/** A distribution over the run: the median as a line, with bands up to p90 and p99. */
export const bandsOverTime = (options: {
  id: string;
  title: string;
  description: string;
  axis: TimeAxis;
  quantity: string;
  colour?: string;
  quantilesOf: (bin: TimeBin) => { p50: number | null; p90: number | null; p99: number | null };
  unit: { name: string; perSecond: number };
}): Chart | null => {
  const { axis, quantilesOf, unit } = options;
  const colour = options.colour ?? COLOUR.blue;
  const scaled = (seconds: number | null): number | null => (seconds === null ? null : seconds * unit.perSecond);
  const values = axis.bins.map((bin) => {
    const { p50, p90, p99 } = quantilesOf(bin);
    return { time: axis.position(bin), p50: scaled(p50), p90: scaled(p90), p99: scaled(p99) };
  });
  if (values.every(({ p50 }) => p50 === null)) return null;
  const x = { field: 'time', type: 'quantitative', title: axis.title, scale: { nice: false, zero: true } } as const;
  const yOf = (field: string) =>
    ({ field, type: 'quantitative', title: `${options.quantity} (${unit.name})`, scale: { zero: true } }) as const;
  return {
    id: options.id,
    title: options.title,
    description: options.description,
    legend: [
      { label: 'p50', colour, shape: 'line' },
      { label: 'to p90', colour, shape: 'area', opacity: 0.42 },
      { label: 'to p99', colour, shape: 'area', opacity: 0.18 },
    ],
    spec: {
      data: { values },
      layer: [
        {
          mark: { type: 'area', color: colour, opacity: 0.18, interpolate: 'linear' },
          encoding: { x, y: yOf('p90'), y2: { field: 'p99' } },
        },
        {
          mark: { type: 'area', color: colour, opacity: 0.42, interpolate: 'linear' },
          encoding: { x, y: yOf('p50'), y2: { field: 'p90' } },
        },
        {
          mark: {
            type: 'line',
            color: colour,
            strokeWidth: 1.75,
            interpolate: 'linear',
            point: axis.hasPoints && { size: 10, color: colour },
          },
          encoding: { x, y: yOf('p50') },
        },
      ],
    },
  };
};
