import type { Report } from '../report.js';
import { type Chart, COLOUR } from './chart.js';
import type { TimeAxis } from './time-axis.js';

const COLOURS = [COLOUR.red, COLOUR.amber, COLOUR.violet, COLOUR.teal];
const OTHERS = 'others';

/** Failures over the run, stacked by class: the four most frequent, and the rest together. Null for none. */
export const errorsOverTime = (report: Report, axis: TimeAxis): Chart | null => {
  const classes = report.counts.errors.map(({ type }) => type);
  if (classes.length === 0) return null;
  const named = classes.slice(0, COLOURS.length);
  const labels = classes.length > named.length ? [...named, OTHERS] : named;
  const colours = [...COLOURS, COLOUR.muted].slice(0, labels.length);
  const values = axis.bins.flatMap((bin) =>
    Object.entries(bin.failed).map(([type, count]) => ({
      time: axis.position(bin),
      label: named.includes(type) ? type : OTHERS,
      count,
    })),
  );
  const first = axis.bins[0];
  const last = axis.bins.at(-1);
  if (values.length === 0 || !first || !last) return null;
  return {
    id: 'errors-over-time',
    title: 'Requests without an answer',
    description: `Requests that failed or were never sent in each ${report.time_series.bin_s} s, by class: ${labels.join(', ')}.`,
    legend: labels.map((label, index) => ({ label, colour: colours[index] ?? COLOUR.muted, shape: 'area' })),
    spec: {
      data: { values },
      mark: { type: 'bar', width: { band: 1 }, size: Math.max(1.5, Math.min(12, 300 / axis.bins.length)) },
      encoding: {
        x: {
          field: 'time',
          type: 'quantitative',
          title: axis.title,
          scale: { domain: [0, axis.position(last)], nice: false },
        },
        y: {
          aggregate: 'sum',
          field: 'count',
          type: 'quantitative',
          title: 'Requests',
          axis: { tickMinStep: 1, format: 'd' },
        },
        color: {
          field: 'label',
          type: 'nominal',
          scale: { domain: labels, range: colours },
          legend: null,
        },
      },
    },
  };
};
