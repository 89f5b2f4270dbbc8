import type { Chart, LegendEntry } from '../charts/chart.js';
import { renderSvg } from '../charts/render-svg.js';
import { Markup, markup } from '../text/markup.js';

const shapeOf = ({ colour, shape, opacity = 1 }: LegendEntry): Markup => {
  switch (shape) {
    case 'area':
      return markup`<rect width="18" height="11" rx="1.5" fill="${colour}" opacity="${opacity}"/>`;
    case 'dot':
      return markup`<circle cx="9" cy="5.5" r="4.5" fill="${colour}"/>`;
    case 'dashed':
      return markup`<path d="M0 5.5H18" stroke="${colour}" stroke-width="2.5" stroke-dasharray="4 3"/>`;
    case 'line':
      return markup`<path d="M0 5.5H18" stroke="${colour}" stroke-width="2.5"/>`;
  }
};

const swatch = (entry: LegendEntry): Markup =>
  markup`<svg viewBox="0 0 18 11" aria-hidden="true">${shapeOf(entry)}</svg>`;

/** A chart with its title and legend. The legend is text of the page, so that it wraps and keeps its size. */
export const chartFigure = async (chart: Chart): Promise<Markup> => {
  const drawing = new Markup(await renderSvg(chart));
  const entries = chart.legend.map((entry) => markup`<li>${swatch(entry)}${entry.label}</li>`);
  const legend = entries.length > 0 ? markup`<ul class="legend">${entries}</ul>` : '';
  return markup`<figure><figcaption><h3>${chart.title}</h3>${legend}</figcaption>${drawing}</figure>\n`;
};
