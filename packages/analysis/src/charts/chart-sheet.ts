import { Markup, markup } from '../text/markup.js';
import { textLines, textWidth } from '../text/text-lines.js';
import { CHART_HEIGHT, CHART_WIDTH, type Chart } from './chart.js';
import { colourScheme } from './colour-scheme.js';
import { SWATCH_HEIGHT, SWATCH_WIDTH, swatchOf } from './legend-swatch.js';
import { renderSvg } from './render-svg.js';

/** What a sheet of charts holds. */
export interface ChartSheet {
  title: string;
  /** A wide chart has a row for itself; the others stand two in a row, in their order. */
  charts: readonly Chart[];
  /** Stand in place of charts where there is none. */
  withoutCharts: string;
  /** A list beside the charts. */
  facts: readonly { label: string; value: string }[];
  /** Sentences below them. */
  notes: readonly string[];
}

const MARGIN = 28;
const COLUMN_GAP = 36;
const ROW_GAP = 26;
const CHARTS_WIDTH = 2 * CHART_WIDTH + COLUMN_GAP;
const SIDE_WIDTH = 250;
const SIDE_GAP = 44;

const TITLE_SIZE = 20;
const TITLE_LINE = 27;
const HEADING_SIZE = 14;
const TEXT_SIZE = 12;
const SMALL_SIZE = 11;
const TEXT_LINE = 17;
const HEADING_LINE = 19;

/** A part of the sheet, drawn from its own upper left corner. */
interface Block {
  content: Markup;
  height: number;
}

const text = (
  words: string,
  place: { x?: number; y: number; size: number; colour?: string; isBold?: boolean },
): Markup =>
  markup`<text x="${place.x ?? 0}" y="${place.y}" font-family="system-ui, sans-serif" font-size="${place.size}px"${place.isBold && new Markup(' font-weight="600"')} fill="var(--${place.colour ?? 'ink'})">${words}</text>\n`;

const moved = (x: number, y: number, { content }: Block): Markup =>
  markup`<g transform="translate(${x},${y})">${content}</g>\n`;

const paragraph = (words: string, width: number, size: number, colour?: string): Block => {
  const lines = textLines(words, width, size);
  return {
    content: markup`${lines.map((line, index) => text(line, { y: index * TEXT_LINE + size, size, ...(colour && { colour }) }))}`,
    height: lines.length * TEXT_LINE,
  };
};

/** Blocks below one another. */
const stack = (blocks: readonly Block[], gap: number): Block => {
  let height = 0;
  const content = blocks.map((block, index) => {
    if (index > 0) height += gap;
    const placed = moved(0, height, block);
    height += block.height;
    return placed;
  });
  return { content: markup`${content}`, height };
};

const legendBlock = ({ legend }: Chart): Block => {
  let x = 0;
  const entries = legend.map((entry) => {
    const drawn = markup`<g transform="translate(${x},3)">${swatchOf(entry)}</g>${text(entry.label, { x: x + SWATCH_WIDTH + 6, y: 3 + SWATCH_HEIGHT - 1, size: SMALL_SIZE, colour: 'muted' })}`;
    x += Math.ceil(SWATCH_WIDTH + 6 + textWidth(entry.label, SMALL_SIZE) + 14);
    return drawn;
  });
  return { content: markup`${entries}`, height: TEXT_LINE };
};

const chartHeading = (chart: Chart, width: number): Block =>
  stack(
    [
      {
        content: text(chart.title, { y: HEADING_SIZE, size: HEADING_SIZE, isBold: true }),
        height: HEADING_LINE,
      },
      ...(chart.note === undefined ? [] : [paragraph(chart.note, width, SMALL_SIZE, 'muted')]),
      ...(chart.legend.length === 0 ? [] : [legendBlock(chart)]),
    ],
    2,
  );

/** A chart's own height, where its specification states one. */
const heightOf = ({ spec }: Chart): number =>
  'height' in spec && typeof spec.height === 'number' ? spec.height : CHART_HEIGHT;

/** Charts beside one another, their drawings at one height. */
const chartRow = async (row: readonly Chart[]): Promise<Block> => {
  const width = row[0]?.isWide ? CHARTS_WIDTH : CHART_WIDTH;
  const headings = row.map((chart) => chartHeading(chart, width));
  const top = Math.max(...headings.map(({ height }) => height)) + 6;
  const drawings = await Promise.all(
    row.map(async (chart, column) => {
      const height = heightOf(chart);
      const drawn = await renderSvg({ ...chart, spec: { ...chart.spec, width, height } as typeof chart.spec });
      const x = column * (CHART_WIDTH + COLUMN_GAP);
      return new Markup(drawn.replace('<svg ', () => `<svg x="${x}" y="${top}" width="${width}" height="${height}" `));
    }),
  );
  const placed = headings.map((heading, column) => moved(column * (CHART_WIDTH + COLUMN_GAP), 0, heading));
  return { content: markup`${placed}${drawings}\n`, height: top + Math.max(...row.map(heightOf)) };
};

const rowsOf = (charts: readonly Chart[]): Chart[][] => {
  const rows: Chart[][] = [];
  for (const chart of charts) {
    const last = rows.at(-1);
    if (!chart.isWide && last?.length === 1 && !last[0]?.isWide) last.push(chart);
    else rows.push([chart]);
  }
  return rows;
};

const factsBlock = (facts: ChartSheet['facts']): Block =>
  stack(
    facts.map(({ label, value }) =>
      stack([paragraph(label, SIDE_WIDTH, SMALL_SIZE, 'muted'), paragraph(value, SIDE_WIDTH, TEXT_SIZE)], 0),
    ),
    9,
  );

/**
 * Draws charts with facts and notes as one SVG file that stands alone: it has its own colours, for light and for dark, and
 * a description of each chart for those who cannot see it. It keeps to what `svgToPdf` can write.
 */
export const renderChartSheet = async (sheet: ChartSheet): Promise<string> => {
  const { title, charts, facts, notes } = sheet;
  const fullWidth = CHARTS_WIDTH + (facts.length > 0 ? SIDE_GAP + SIDE_WIDTH : 0);
  const titleLines = textLines(title, fullWidth, TITLE_SIZE);
  const rows = await Promise.all(rowsOf(charts).map(chartRow));
  const without = paragraph(sheet.withoutCharts, CHARTS_WIDTH, HEADING_SIZE, 'muted');
  const drawn = stack(rows.length > 0 ? rows : [without], ROW_GAP);
  const side = factsBlock(facts);
  const remarks = stack(
    notes.map((note) => paragraph(note, fullWidth, TEXT_SIZE, 'muted')),
    4,
  );
  const bodyTop = MARGIN + titleLines.length * TITLE_LINE + 14;
  const notesTop = bodyTop + Math.max(drawn.height, side.height) + ROW_GAP;
  const [width, height] = [
    fullWidth + 2 * MARGIN,
    Math.ceil(remarks.height > 0 ? notesTop + remarks.height : notesTop - ROW_GAP) + MARGIN,
  ];
  const heading = titleLines.map((line, index) =>
    text(line, { x: MARGIN, y: MARGIN + index * TITLE_LINE + TITLE_SIZE, size: TITLE_SIZE, isBold: true }),
  );
  return markup`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="sheet-title">
<title id="sheet-title">${title}</title>
<style>${new Markup(colourScheme('svg'))}
</style>
<rect width="${width}" height="${height}" fill="var(--paper)"/>
${heading}${moved(MARGIN, bodyTop, drawn)}${moved(MARGIN + CHARTS_WIDTH + SIDE_GAP, bodyTop, side)}${moved(MARGIN, notesTop, remarks)}</svg>
`.text;
};
