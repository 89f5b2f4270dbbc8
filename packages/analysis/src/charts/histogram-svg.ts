import { escapeMarkup } from '../text/markup.js';
import { formatCount } from '../text/quantity.js';
import { CHART_HEIGHT, CHART_WIDTH, type Chart, COLOUR } from './chart.js';
import { renderSvg } from './render-svg.js';

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

const histogramChart = (histogram: Histogram, index: number): Chart | null => {
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
  const total = formatCount(bins.reduce((sum, { count }) => sum + count, 0));
  const said = marks.map(({ label }) => label);
  return {
    id: `histogram-${index}`,
    title,
    description: `Lengths of ${total} ${of}, from ${formatCount(first.from)} to ${formatCount(last.to - 1)}. ${said.join(', ')}.`,
    legend: [],
    spec: {
      title: {
        text: title,
        subtitle: [`${total} ${of}`, ...said].join('  ·  '),
        anchor: 'start',
        color: COLOUR.ink,
        subtitleColor: COLOUR.muted,
        fontSize: 14,
        subtitleFontSize: 11,
        fontWeight: 600,
        offset: 12,
      },
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

/** The colours that charts name: those of the report, for a file that stands alone. */
const STYLE = `
svg { --paper: #ffffff; --ink: #1b1f24; --muted: #5a636d; --line: #e4e7ea; --line-strong: #b4bbc2; --blue: #1f5fbf; --amber: #9a5b00; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #14171b; --ink: #e9ebee; --muted: #a5aeb8; --line: #2b3138; --line-strong: #59626c; --blue: #82b4ff; --amber: #edb45c; }
}`;

const MARGIN = 20;
const GAP = 24;
/** Room for title and subtitle above the drawing itself. */
const HEIGHT = CHART_HEIGHT + 60;
const WIDTH = CHART_WIDTH + 160;

/**
 * Draws histograms below one another as an SVG file that stands alone: it has its own colours, for light and for dark, and
 * a description for those who cannot see it. Bins of different widths get a logarithmic axis.
 *
 * @param title what all of it is about
 * @returns the text of the file; null where no histogram has a bin
 */
export const renderHistogramSvg = async (title: string, histograms: readonly Histogram[]): Promise<string | null> => {
  const charts = histograms.map(histogramChart).filter((chart) => chart !== null);
  if (charts.length === 0) return null;
  const height = 2 * MARGIN + charts.length * HEIGHT + (charts.length - 1) * GAP;
  const width = WIDTH + 2 * MARGIN;
  const drawings = await Promise.all(
    charts.map(async (chart, index) => {
      const drawn = await renderSvg({
        ...chart,
        spec: { ...chart.spec, width: WIDTH, height: HEIGHT } as typeof chart.spec,
      });
      const top = MARGIN + index * (HEIGHT + GAP);
      return drawn.replace('<svg ', `<svg x="${MARGIN}" y="${top}" width="${WIDTH}" height="${HEIGHT}" `);
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="histograms-title">`,
    `<title id="histograms-title">${escapeMarkup(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" style="fill: var(--paper)"/>`,
    ...drawings,
    '</svg>\n',
  ].join('\n');
};
