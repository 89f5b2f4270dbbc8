import type { Report } from '../report.js';
import { attentionOf } from '../text/attention.js';
import {
  CONDUCT_ROWS,
  GOODPUT_NAMES,
  LATENCY_ROWS,
  measuredRows,
  type NamedDistribution,
  REQUEST_ROWS,
  VERDICT_WORDS,
} from '../text/metric-names.js';
import {
  formatCount,
  formatFraction,
  formatNumber,
  formatSeconds,
  formatWithUnit,
  timeUnitFor,
} from '../text/quantity.js';
import { reportTitle } from '../text/report-title.js';

/** Text from outside, as text: nothing in it is Markdown or HTML, and it stays in its line and table cell. */
const escapeText = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~]/g, (char) => `\\${char}`)
    // At the start of a line these begin a heading, a quotation or a list.
    .replace(/^([#>+-]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
};

const QUANTILE_COLUMNS = ['p50', 'p90', 'p95', 'p99', 'p99_9'] as const;

const distributionRows = (report: Report, rows: readonly NamedDistribution[]): string[][] =>
  measuredRows(rows, report).map(({ key, name, unit }) => {
    const distribution = report.distributions[key];
    const timeUnit = timeUnitFor(distribution.p50);
    const shown = (value: number | null): string =>
      formatNumber(value !== null && unit === 'time' ? value * timeUnit.perSecond : value);
    return [
      name,
      unit === 'time' ? timeUnit.name : unit,
      shown(distribution.mean),
      ...QUANTILE_COLUMNS.map(
        (column) => `${shown(distribution[column])}${distribution.thin.includes(column) ? '†' : ''}`,
      ),
      shown(distribution.max),
      formatCount(distribution.count),
    ];
  });

const distributionSection = (report: Report, title: string, rows: readonly NamedDistribution[]): string[] => {
  const body = distributionRows(report, rows);
  if (body.length === 0) return [];
  return [`## ${title}`, table(['Metric', 'unit', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'n'], body)];
};

const answerRows = ({ counts, rates, concurrency, goodput }: Report): string[][] => [
  ...(goodput
    ? [
        [
          `Goodput (${goodput.targets.map(({ metric, limit_s }) => `${GOODPUT_NAMES[metric]} ≤ ${formatSeconds(limit_s)}`).join(', ')})`,
          `${formatWithUnit(goodput.good_per_s, 'requests/s')}, ${formatFraction(goodput.good_fraction)} of all requests`,
        ],
      ]
    : []),
  [
    'Success',
    `${formatFraction(counts.success_fraction)} (${formatCount(counts.succeeded)} of ${formatCount(counts.offered)}, ${formatCount(counts.failed)} failed, ${formatCount(counts.unsent)} never sent)`,
  ],
  ['Planned', formatWithUnit(rates.planned_per_s, 'requests/s')],
  ['Offered', formatWithUnit(rates.offered_per_s, 'requests/s')],
  ['Completed', formatWithUnit(rates.requests_per_s, 'requests/s')],
  ['Output', formatWithUnit(rates.output_tokens_per_s, 'tokens/s')],
  ['Prompt and output', formatWithUnit(rates.total_tokens_per_s, 'tokens/s')],
  ['In flight', `mean ${formatNumber(concurrency.mean)}, at most ${formatCount(concurrency.max)}`],
];

const errorSection = ({ counts }: Report): string[] =>
  counts.errors.length === 0
    ? []
    : [
        '## Errors',
        table(
          ['Class', 'requests', 'share', 'first one'],
          counts.errors.map(({ type, count, fraction, first_message }) => [
            escapeText(type),
            formatCount(count),
            formatFraction(fraction),
            escapeText(first_message ?? '–'),
          ]),
        ),
      ];

const runSection = ({ runs }: Report): string[] => {
  const rows = runs.flatMap(({ workload, client_version, start_wall_time, machine }) => [
    ['Workload', escapeText(workload.path ?? '–')],
    ['Workload SHA-256', escapeText(workload.sha256 ?? '–')],
    ...(workload.manifest
      ? [
          ['Seed', escapeText(String(workload.manifest.seed))],
          ['Tokenizer', escapeText(workload.manifest.tokenizer?.name ?? 'not recorded')],
        ]
      : []),
    ['Client', escapeText(client_version)],
    ['Machine of the client', escapeText(Object.values(machine).join(', '))],
    ['Started', escapeText(start_wall_time)],
  ]);
  return rows.length === 0 ? [] : ['## Run', table(['', ''], rows)];
};

const arrivalsSection = ({ runs }: Report): string[] => {
  const rows = runs
    .flatMap(({ dispersion }) => dispersion ?? [])
    .filter(({ due, delivered }) => due !== null && delivered !== null)
    .map(({ window_ms, due, delivered }) => [`${window_ms} ms`, formatNumber(due), formatNumber(delivered)]);
  return rows.length === 0 ? [] : [table(['Dispersion of arrivals, in windows of', 'due', 'delivered'], rows)];
};

/** The report as GitHub-flavoured Markdown: verdict, answer, tables. */
export const renderMarkdown = (report: Report): string => {
  const hasThin = Object.values(report.distributions).some(({ thin }) => thin.length > 0);
  const attention = attentionOf(report);
  const parts = [
    `# ${escapeText(reportTitle(report))}`,
    `**${VERDICT_WORDS[report.verdict]}.** ${escapeText(report.verdict_reason)}`,
    ...(attention === null ? [] : [`**Attention.** ${escapeText(attention)}`]),
    table(['Answer', ''], answerRows(report)),
    ...distributionSection(report, 'Latency', LATENCY_ROWS),
    ...distributionSection(report, 'Requests', REQUEST_ROWS),
    ...distributionSection(report, 'Conduct of the client', CONDUCT_ROWS),
    ...arrivalsSection(report),
    ...(hasThin ? ['† too few values for this quantile q: fewer than 10 / (1 − q).'] : []),
    ...errorSection(report),
    ...(report.notes.length > 0 ? ['## Notes', report.notes.map((note) => `- ${escapeText(note)}`).join('\n')] : []),
    ...runSection(report),
  ];
  return `${parts.join('\n\n')}\n`.replaceAll('\u00a0', ' ');
};
