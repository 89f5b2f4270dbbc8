import { styleText } from 'node:util';
import { attentionOf, type Distribution, type Report } from '@aibrix/analysis';
import { count, duration, figure, percent } from './format.js';
import { printable } from './printable.js';

const row = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join('  ');

const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) => row(cells, widths).trimEnd());
};

const NOTABLE_TURN_WAIT_SECONDS = 0.1;

const QUANTILES = ['p50', 'p90', 'p99'] as const;

const latencyRow = (name: string, distribution: Distribution): string[] => [
  name,
  duration(distribution.mean),
  ...QUANTILES.map((q) => `${duration(distribution[q])}${distribution.thin.includes(q) ? '†' : ''}`),
  duration(distribution.max),
];

/** Turns of a session may not start before the one before has ended: then less is offered than planned. */
const turnWaitLine = ({ max, p50, p90 }: Distribution): string[] =>
  max !== null && max > NOTABLE_TURN_WAIT_SECONDS
    ? [
        `             turns waited for the one before: p50 ${duration(p50)}, p90 ${duration(p90)}, at most ${duration(max)}`,
      ]
    : [];

const goodputLine = (report: Report): string[] => {
  const { goodput } = report;
  if (!goodput) return [];
  const targets = goodput.targets.map(({ metric, limit_s }) => `${metric} ≤ ${duration(limit_s)}`).join(' and ');
  return [
    `Goodput      ${figure(goodput.good_per_s)} requests/s with ${targets}: ${percent(goodput.good_fraction)} of all`,
  ];
};

/** The answer of a run, as a few lines for stdout; coloured where that is a terminal that wants it. */
export const summarise = (report: Report): string => {
  const { counts, rates, window, distributions: figures } = report;
  const attention = attentionOf(report);
  const neverSent = counts.unsent > 0 ? `, ${count(counts.unsent)} never sent` : '';
  const verdict = styleText(report.verdict === 'valid' ? 'green' : 'red', report.verdict, { stream: process.stdout });
  const latencies = table([
    ['', 'mean', 'p50', 'p90', 'p99', 'max'],
    latencyRow('TTFT', figures.ttft_s),
    latencyRow('TPOT', figures.tpot_s),
    latencyRow('ITL', figures.itl_s),
    latencyRow('Latency', figures.latency_s),
    latencyRow('Client lag', figures.client_lag_s),
  ]);
  const isThin = latencies.some((line) => line.includes('†'));
  return [
    `Verdict      ${verdict}: ${report.verdict_reason}`,
    ...(attention === null
      ? []
      : [`Attention    ${styleText('red', printable(attention), { stream: process.stdout })}`]),
    `Requests     ${count(counts.offered)} offered: ${count(counts.succeeded)} succeeded, ${count(counts.failed)} failed${neverSent}; window ${duration(window.duration_s)}`,
    ...counts.errors.map(
      ({ type, count: number, first_message }) =>
        `             ${count(number)} ${type}: ${printable(first_message ?? '')}`,
    ),
    `Rate         ${figure(rates.planned_per_s)} planned/s, ${figure(rates.offered_per_s)} offered/s, ${figure(rates.requests_per_s)} completed/s`,
    ...turnWaitLine(figures.turn_wait_s),
    `Tokens       ${figure(rates.output_tokens_per_s)} output/s, ${figure(rates.total_tokens_per_s)} prompt and output/s`,
    ...goodputLine(report),
    '',
    ...latencies,
    ...(isThin ? ['† too few values for this quantile q: fewer than 10 / (1 − q)'] : []),
  ].join('\n');
};
