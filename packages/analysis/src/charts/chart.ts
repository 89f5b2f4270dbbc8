import type { TopLevelSpec } from 'vega-lite';

export interface LegendEntry {
  label: string;
  /** A CSS colour, a custom property included. */
  colour: string;
  shape: 'line' | 'dashed' | 'area' | 'dot';
  /** Default 1. */
  opacity?: number;
}

/** A chart before it is drawn. Colours are CSS custom properties, so that one drawing serves light and dark. */
export interface Chart {
  /** Unique in a report; letters and dashes. */
  id: string;
  title: string;
  /** What it shows, for those who cannot see it. */
  description: string;
  legend: LegendEntry[];
  /** A line under the title: what the reader must know of the figures. */
  note?: string;
  /** Whether a sheet gives it the width of two; a page gives all charts the same. Default false. */
  isWide?: boolean;
  spec: TopLevelSpec;
}

export const CHART_WIDTH = 440;
export const CHART_HEIGHT = 190;

export const COLOUR = {
  blue: 'var(--blue)',
  teal: 'var(--teal)',
  amber: 'var(--amber)',
  red: 'var(--red)',
  violet: 'var(--violet)',
  muted: 'var(--muted)',
  ink: 'var(--ink)',
} as const;

/** Look of every chart: axes without frames, a light grid, the page's own ink. */
export const CHART_CONFIG: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  aria: false,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: COLOUR.muted,
    titleColor: COLOUR.muted,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 4,
    domain: false,
    ticks: false,
    grid: true,
    gridColor: 'var(--line)',
    gridWidth: 1,
    labelOverlap: 'greedy',
  },
  axisX: { grid: false, domain: true, domainColor: 'var(--line-strong)', tickCount: 6 },
  // Room for the widest usual label, so that charts above one another share their left edge.
  axisY: { tickCount: 4, minExtent: 34 },
};
