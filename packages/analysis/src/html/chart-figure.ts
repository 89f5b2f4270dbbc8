import type { Chart } from '../charts/chart.js';
import { SWATCH_HEIGHT, SWATCH_WIDTH, swatchOf } from '../charts/legend-swatch.js';
import { renderSvg } from '../charts/render-svg.js';
import { Markup, markup } from '../text/markup.js';

/** A chart with its title and legend. The legend is text of the page, so that it wraps and keeps its size. */
export const chartFigure = async (chart: Chart): Promise<Markup> => {
  const drawing = new Markup(await renderSvg(chart));
  const entries = chart.legend.map(
    (entry) =>
      markup`<li><svg viewBox="0 0 ${SWATCH_WIDTH} ${SWATCH_HEIGHT}" aria-hidden="true">${swatchOf(entry)}</svg>${entry.label}</li>`,
  );
  const legend = entries.length > 0 ? markup`<ul class="legend">${entries}</ul>` : '';
  const note = chart.note !== undefined && markup`<p>${chart.note}</p>`;
  return markup`<figure><figcaption><h3>${chart.title}</h3>${legend}${note}</figcaption>${drawing}</figure>\n`;
};
