import type { Report, ReportedRun } from '../report.js';
import { type Markup, markup } from '../text/markup.js';
import { formatAmount, formatCount, formatFraction, formatNumber } from '../text/quantity.js';

export const errorsSection = ({ counts }: Report): Markup | null => {
  if (counts.errors.length === 0) return null;
  const rows = counts.errors.map(
    ({ type, count, fraction, first_message, first_code, first_http_status }) =>
      markup`<tr><th scope="row">${type}</th><td>${formatCount(count)}</td><td>${formatFraction(fraction)}</td><td class="text">${[first_code === String(first_http_status) ? null : first_code, first_message].filter((part) => part !== null).join(' · ') || '–'}</td></tr>\n`,
  );
  return markup`<section><h2>Errors</h2><div class="scroll" role="region" aria-label="Errors" tabindex="0"><table><caption>Requests without an answer by class, of all requests offered</caption>
<thead><tr><th scope="col">Class</th><th scope="col">requests</th><th scope="col">share</th><th scope="col" class="text">first one</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
};

export const lengthsSection = ({ planned_lengths }: Report): Markup | null => {
  const rows = (['prompt', 'output'] as const)
    .map((side) => ({ side, lengths: planned_lengths[side] }))
    .filter(({ lengths }) => lengths.compared > 0)
    .map(({ side, lengths }) => {
      const { compared, equal, shorter, longer, planned_tokens, obtained_tokens, difference_tokens } = lengths;
      return markup`<tr><th scope="row">${side === 'prompt' ? 'Prompt' : 'Output'}</th><td>${formatCount(compared)}</td><td>${formatFraction(equal / compared)}</td><td>${formatCount(shorter)}</td><td>${formatCount(longer)}</td><td>${formatNumber(difference_tokens.p50)}</td><td>${formatCount(planned_tokens)}</td><td>${formatCount(obtained_tokens)}</td></tr>\n`;
    });
  if (rows.length === 0) return null;
  return markup`<section><h2>Planned and obtained lengths</h2><div class="scroll" role="region" aria-label="Planned and obtained lengths" tabindex="0"><table><caption>Tokens as the workload planned them, and as the server counted them, chat template included; prompts of first turns only</caption>
<thead><tr><th scope="col">Length</th><th scope="col">requests</th><th scope="col">as planned</th><th scope="col">shorter</th><th scope="col">longer</th><th scope="col">median difference</th><th scope="col">planned tokens</th><th scope="col">obtained tokens</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
};

/** How evenly requests left, beside how they were to. */
export const arrivalsSection = ({ runs }: Report): Markup | null => {
  const rows = runs
    .flatMap(({ dispersion }) => dispersion ?? [])
    .filter(({ due, delivered }) => due !== null && delivered !== null)
    .map(
      ({ window_ms, due, delivered }) =>
        markup`<tr><th scope="row">${formatCount(window_ms)} ms</th><td>${formatNumber(due)}</td><td>${formatNumber(delivered)}</td></tr>\n`,
    );
  if (rows.length === 0) return null;
  return markup`<div class="scroll" role="region" aria-label="Arrivals" tabindex="0"><table><caption>Index of dispersion of arrivals, as they were to be and as they were: 1 for Poisson arrivals, 0 for equal gaps</caption>
<thead><tr><th scope="col">Window</th><th scope="col">due</th><th scope="col">delivered</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
};

export const notesSection = ({ notes }: Report): Markup | null =>
  notes.length === 0
    ? null
    : markup`<section><h2>Notes</h2><ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul></section>`;

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);

const facts = (entries: readonly (readonly [string, unknown])[]): Markup =>
  markup`<dl class="facts">${entries.map(([name, value]) => markup`<dt>${name}</dt><dd><code>${shown(value)}</code></dd>\n`)}</dl>`;

const runFacts = (run: ReportedRun): [string, unknown][] => {
  const { workload } = run;
  const { manifest } = workload;
  const origin: [string, unknown][] = manifest
    ? [
        ['made by', `${manifest.generator} ${manifest.generator_version}`],
        ['seed', manifest.seed],
        ['tokenizer', manifest.tokenizer?.name ?? 'not recorded'],
      ]
    : [];
  return [
    ['workload', workload.path ?? null],
    ['workload SHA-256', workload.sha256 ?? null],
    ...origin,
    ['client', run.client_version],
    ['tokens of a gap from', run.itl_tokens_source],
  ];
};

const runDetails = (run: ReportedRun): Markup => markup`
<details><summary>Options in force</summary>${facts(Object.entries(run.options))}</details>
<details><summary>Machine of the client</summary>${facts(Object.entries(run.machine))}</details>`;

export const runSection = ({ runs, sources }: Report): Markup | null => {
  if (runs.length === 0 && sources.length === 0) return null;
  const files = sources.map(({ file, results }): [string, string] => [
    'results',
    `${file} (${formatAmount(results, 'result')})`,
  ]);
  return markup`<section><h2>How it was run</h2>${facts([...files, ...runs.flatMap(runFacts)])}${runs.map(runDetails)}</section>`;
};

/** Definitions, for those who read such a report for the first time. */
export const pageFooter = (report: Report): Markup => markup`<footer><dl>
<dt>TTFT</dt><dd>time from sending the request to the read that held its first token</dd>
<dt>TPOT</dt><dd>time from the first token to the last, over the tokens that came after the first read</dd>
<dt>ITL</dt><dd>gaps between successive reads that held tokens</dd>
<dt>Latency</dt><dd>time from sending the request to the end of its response; “scheduled” counts from when it was due</dd>
<dt>Goodput</dt><dd>requests per second that met all targets</dd>
<dt>Rates</dt><dd>over the time from the first ${report.window.starts_at} request to the last completed one</dd>
</dl><p>Failed requests count wherever a figure speaks of all requests, and in no latency or token figure. Charts over time are exact to ${formatFraction(report.time_series.quantile_error)}. Made by @aibrix/analysis ${report.generator_version}.</p></footer>`;
