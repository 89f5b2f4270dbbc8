import { escapeMarkup } from '../text/markup.js';
import { CHART_HEIGHT, CHART_WIDTH, type Chart, COLOUR } from './chart.js';
import { colourScheme } from './colour-scheme.js';
import { type Histogram, histogramChart } from './histogram-chart.js';
import { renderSvg } from './render-svg.js';

const MARGIN = 20;
const GAP = 24;
/** Room for title and subtitle above the drawing itself. */
const HEIGHT = CHART_HEIGHT + 60;
const WIDTH = CHART_WIDTH + 160;

const titleOf = ({ title, note }: Chart): NonNullable<Chart['spec']['title']> => ({
  text: title,
  subtitle: note ?? '',
  anchor: 'start',
  color: COLOUR.ink,
  subtitleColor: COLOUR.muted,
  fontSize: 14,
  subtitleFontSize: 11,
  fontWeight: 600,
  offset: 12,
});

/**
 * Draws histograms below one another as an SVG file that stands alone: it has its own colours, for light and for dark, and
 * a description for those who cannot see it. Bins of different widths get a logarithmic axis.
 *
 * @param title what all of it is about
 * @returns the text of the file; null where no histogram has a bin
 */
export const renderHistogramSvg = async (title: string, histograms: readonly Histogram[]): Promise<string | null> => {
  const charts = histograms
    .map((histogram, index) => histogramChart(`histogram-${index}`, histogram))
    .filter((chart) => chart !== null);
  if (charts.length === 0) return null;
  const height = 2 * MARGIN + charts.length * HEIGHT + (charts.length - 1) * GAP;
  const width = WIDTH + 2 * MARGIN;
  const drawings = await Promise.all(
    charts.map(async (chart, index) => {
      const drawn = await renderSvg({
        ...chart,
        spec: { ...chart.spec, title: titleOf(chart), width: WIDTH, height: HEIGHT } as typeof chart.spec,
      });
      const top = MARGIN + index * (HEIGHT + GAP);
      return drawn.replace('<svg ', `<svg x="${MARGIN}" y="${top}" width="${WIDTH}" height="${HEIGHT}" `);
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="histograms-title">`,
    `<title id="histograms-title">${escapeMarkup(title)}</title>`,
    `<style>${colourScheme('svg')}\n</style>`,
    `<rect width="${width}" height="${height}" style="fill: var(--paper)"/>`,
    ...drawings,
    '</svg>\n',
  ].join('\n');
};
