import { formatCount } from '../text/quantity.js';
import { type Chart, COLOUR } from './chart.js';

/** What a histogram shows. */
export interface Histogram {
  /** Above it, such as `Prompt tokens`. */
  title: string;
  /** Under its axis, with the unit: `Tokens of a prompt`. */
  quantity: string;
  /** What is counted, in the plural: `prompts`. */
  of: string;
  /** Whole numbers from `from` up to, not including, `to`, in ascending order and without gaps. */
  bins: readonly { from: number; to: number; count: number }[];
  /** Values to mark with a line, such as quantiles; those beyond the bins are left out. */
  marks: readonly { name: string; value: number }[];
}

/** Where a logarithmic axis puts zero, which it does not have. */
const ZERO_AT = 0.5;
const MAX_TICKS = 8;

/** A vega axis leaves out labels when it has more ticks than it was asked for. */
const MANY_TICKS = 100;

/** 1, 2, 5, 10, 20, … or, for a wide range, decades; and zero where it has a place. */
const logarithmicTicks = (min: number, max: number): number[] => {
  const decades: number[] = [];
  for (let power = Math.floor(Math.log10(Math.max(1, min))); 10 ** power <= max; power++) decades.push(10 ** power);
  const fine = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]);
  const within = (tick: number): boolean => tick >= min && tick <= max;
  const ticks = fine.filter(within).length > MAX_TICKS ? decades : fine;
  return [...(min < 1 ? [ZERO_AT] : []), ...ticks.filter(within)];
};

/** Names of values, those of one value together. */
const labelled = (marks: Histogram['marks']): { names: string; value: number }[] => {
  const names = new Map<number, string[]>();
  for (const { name, value } of marks) names.set(value, [...(names.get(value) ?? []), name]);
  return [...names].map(([value, all]) => ({ names: all.join(', '), value }));
};

/**
 * A histogram as a chart; null without a bin. Bins of different widths get a logarithmic axis, with areas for counts.
 *
 * @param id unique in the file that the chart goes into
 */
export const histogramChart = (id: string, histogram: Histogram): Chart | null => {
  const { title, quantity, of, bins } = histogram;
  const [first] = bins;
  const last = bins.at(-1);
  if (!first || !last) return null;
  const isLogarithmic = new Set(bins.map(({ from, to }) => to - from)).size > 1;
  const place = (value: number): number => (isLogarithmic ? Math.max(ZERO_AT, value) : value);
  // Whole numbers do not let all bins be equally wide: it is the area that shows how many there are.
  const widthOf = ({ from, to }: { from: number; to: number }): number =>
    isLogarithmic ? Math.log2(place(to) / place(from)) : 1;
  const bars = bins.map((bin) => ({
    from: place(bin.from),
    to: place(bin.to),
    foot: 0,
    density: bin.count / widthOf(bin),
  }));
  const most = Math.max(...bars.map(({ density }) => density));
  const margin = bins.length === 1 ? 1 : 0;
  const domain = [place(first.from - margin), place(last.to + margin)] as const;
  const x = {
    field: 'from',
    type: 'quantitative' as const,
    title: quantity,
    scale: {
      domain: [...domain],
      nice: false,
      padding: 0,
      type: isLogarithmic ? ('log' as const) : ('linear' as const),
    },
    axis: {
      labelExpr: `datum.value < 1 ? '0' : format(datum.value, ',')`,
      tickMinStep: 1,
      ...(isLogarithmic && { values: logarithmicTicks(...domain), tickCount: MANY_TICKS }),
    },
  };
  const width = first.to - first.from;
  const per = isLogarithmic ? 'per doubling' : `per ${width === 1 ? 'token' : `${formatCount(width)} tokens`}`;
  const y = {
    field: 'foot',
    type: 'quantitative' as const,
    title: `${of.charAt(0).toUpperCase()}${of.slice(1)} ${per}`,
    scale: { domain: [0, most], nice: true },
    axis: { tickMinStep: 1, format: ',d' },
  };
  // One outside would take all the room for itself.
  const inside = histogram.marks.filter(({ value }) => value >= first.from && value < last.to);
  const marks = labelled(inside).map(({ names, value }) => ({
    names,
    label: `${names} ${formatCount(value)}`,
    // A whole number is as wide as its bin, of which the middle is marked.
    value: value === 0 ? place(0) * 1.5 : value + 0.5,
    foot: 0,
    top: most,
  }));
  const markX = { ...x, field: 'value' };
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const total = `${formatCount(count)} ${count === 1 ? of.replace(/s$/, '') : of}`;
  const said = marks.map(({ label }) => label);
  return {
    id,
    title,
    description: `Lengths of ${total}, from ${formatCount(first.from)} to ${formatCount(last.to - 1)}. ${said.join(', ')}.`,
    legend: [],
    note: [total, ...said].join('  ·  '),
    spec: {
      layer: [
        {
          data: { values: bars },
          mark: { type: 'rect', color: COLOUR.blue, stroke: 'var(--paper)', strokeWidth: 0.6 },
          encoding: { x, x2: { field: 'to' }, y, y2: { field: 'density' } },
        },
        {
          data: { values: marks },
          mark: { type: 'rule', color: COLOUR.amber, strokeDash: [3, 3], strokeWidth: 1 },
          encoding: { x: markX, y, y2: { field: 'top' } },
        },
        {
          data: { values: marks },
          mark: { type: 'text', color: COLOUR.amber, align: 'left', baseline: 'bottom', dx: -4, dy: -3, fontSize: 10 },
          encoding: { x: markX, y: { ...y, field: 'top' }, text: { field: 'names' } },
        },
      ],
    },
  };
};
