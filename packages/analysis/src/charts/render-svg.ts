import { escapeMarkup } from '../text/markup.js';
import { CHART_CONFIG, CHART_HEIGHT, CHART_WIDTH, type Chart } from './chart.js';

/** Hundredths of a pixel are all that can be seen; more digits double the size of a file. */
const rounded = (svg: string): string =>
  svg.replaceAll(/ (?:d|transform|x2|y2)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  );

/**
 * Draws a chart as an SVG element for an HTML page: it scales with its container, takes its colours from the page's CSS
 * custom properties, and carries title and description for assistive technology. No DOM and no canvas are needed.
 */
export const renderSvg = async (chart: Chart): Promise<string> => {
  // Loaded when the first chart is drawn: a program that only wants figures does not pay for it.
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const spec = {
    width: CHART_WIDTH,
    height: CHART_HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    ...chart.spec,
  };
  const compiled = compile(spec as typeof chart.spec, { config: CHART_CONFIG });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    const drawn = rounded(await view.toSVG());
    const viewBox = /viewBox="([^"]*)"/.exec(drawn)?.[1] ?? `0 0 ${CHART_WIDTH} ${CHART_HEIGHT}`;
    const title = `<title id="${chart.id}-title">${escapeMarkup(chart.title)}</title>`;
    const description = `<desc id="${chart.id}-desc">${escapeMarkup(chart.description)}</desc>`;
    return drawn.replace(
      /^.*?<svg[^>]*>/s,
      () =>
        `<svg viewBox="${viewBox}" role="img" aria-labelledby="${chart.id}-title ${chart.id}-desc">${title}${description}`,
    );
  } finally {
    view.finalize();
  }
};
