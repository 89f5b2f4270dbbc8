import { type Markup, markup } from '../text/markup.js';
import type { LegendEntry } from './chart.js';

export const SWATCH_WIDTH = 18;
export const SWATCH_HEIGHT = 11;

/** The sample of a legend as SVG, 18 by 11 from its upper left corner. */
export const swatchOf = ({ colour, shape, opacity = 1 }: LegendEntry): Markup => {
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
