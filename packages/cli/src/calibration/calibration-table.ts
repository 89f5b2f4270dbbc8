import type { Probe, ShapeCalibration } from '@aibrix/schema';
import { count, figure, percent } from '../output/format.js';

const COLUMNS = [
  'of ceiling',
  'requests/s',
  'verdict',
  'lag p50',
  'lag p99',
  'TTFT error p50',
  'p99',
  'dispersion 10 ms',
  'cores',
];

/** Delivered over planned index of dispersion in windows of 10 ms. */
const dispersionRatio = ({ dispersion }: Probe): number | null => {
  const { due, delivered } = dispersion?.find((window) => window.window_ms === 10) ?? {};
  return due && delivered != null ? delivered / due : null;
};

const row = (probe: ShapeCalibration['curve'][number]): string[] => [
  percent(probe.ceiling_fraction),
  count(probe.rate),
  probe.verdict,
  `${figure(probe.client_lag_p50_ms)} ms`,
  `${figure(probe.client_lag_p99_ms)} ms`,
  `${figure(probe.ttft_error_p50_ms)} ms`,
  `${figure(probe.ttft_error_p99_ms)} ms`,
  figure(dispersionRatio(probe)),
  figure(probe.cores_busy),
];

/** The ceiling of a shape and the client below it, as a table for a terminal. */
export const calibrationTable = ({ shape, ceiling_rps: ceiling, curve }: ShapeCalibration): string => {
  const title = `${shape.name}: ${shape.description}`;
  if (ceiling === null) return `${title}\nceiling: none; the client was late at the lowest rate already`;
  const rows = [COLUMNS, ...curve.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [
    `${title}`,
    `ceiling: ${count(ceiling)} requests/s (${count(ceiling * shape.chunks)} tokens/s)`,
    ...lines,
  ].join('\n');
};
