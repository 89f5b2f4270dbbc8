import type { Report } from '../report.js';
import { attentionOf } from '../text/attention.js';
import { type Markup, markup } from '../text/markup.js';
import { GOODPUT_NAMES, VERDICT_WORDS } from '../text/metric-names.js';
import {
  formatAmount,
  formatCount,
  formatFraction,
  formatNumber,
  formatSeconds,
  NOT_MEASURED,
} from '../text/quantity.js';
import { reportTitle } from '../text/report-title.js';

export const pageHeader = (report: Report): Markup => {
  const { counts, window, runs } = report;
  const facts = [
    runs[0] && `Started ${runs[0].start_wall_time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}`,
    formatAmount(counts.offered, 'request'),
    window.duration_s !== null && formatSeconds(window.duration_s),
  ].filter((fact) => typeof fact === 'string');
  return markup`<header><p class="quiet">LLM serving benchmark</p><h1>${reportTitle(report)}</h1><p class="quiet">${facts.join(' · ')}</p></header>`;
};

export const verdictBanner = (report: Report): Markup =>
  markup`<section class="verdict ${report.verdict}" aria-label="Verdict"><strong>${VERDICT_WORDS[report.verdict]}</strong><p>${report.verdict_reason}</p></section>`;

/** What is wrong with the run itself, however well the client did. */
export const attentionBanner = (report: Report): Markup | null => {
  const attention = attentionOf(report);
  return attention === null
    ? null
    : markup`<section class="verdict attention" aria-label="Attention"><strong>But the run itself needs a look</strong><p>${attention}</p></section>`;
};

const answer = (label: string, value: string, unit: string, detail: string): Markup => {
  const figure = value === NOT_MEASURED ? value : markup`${value}${unit && markup` <small>${unit}</small>`}`;
  return markup`<div><dt>${label}</dt><dd><div class="figure">${figure}</div><div class="quiet">${detail}</div></dd></div>\n`;
};

const goodputAnswer = ({ goodput }: Report): Markup | null => {
  if (!goodput) return null;
  const targets = goodput.targets.map(
    ({ metric, limit_s, met_fraction }) =>
      `${GOODPUT_NAMES[metric]} ≤ ${formatSeconds(limit_s)}${goodput.targets.length > 1 ? ` (${formatFraction(met_fraction)})` : ''}`,
  );
  const detail = `${formatFraction(goodput.good_fraction)} of all requests met ${targets.join(' and ')}`;
  return answer('Goodput', formatNumber(goodput.good_per_s), 'requests/s', detail);
};

/** `detail`, unless what it speaks of was not measured. */
const ifMeasured = (value: number | null, detail: string): string => (value === null ? 'not measured' : detail);

/** What was asked of the run, in large figures. */
export const answers = (report: Report): Markup => {
  const { counts, rates, concurrency } = report;
  const { succeeded, offered, failed, unsent } = counts;
  const outcome = [
    `${formatCount(succeeded)} of ${formatAmount(offered, 'request')}`,
    `${failed === 0 ? 'none' : formatCount(failed)} failed`,
    ...(unsent > 0 ? [`${formatCount(unsent)} never sent`] : []),
  ].join(', ');
  const offeredRate = ifMeasured(rates.offered_per_s, `${formatNumber(rates.offered_per_s)}/s`);
  const plannedRate = rates.planned_per_s === null ? '' : `, planned: ${formatNumber(rates.planned_per_s)}/s`;
  const withPrompts = `${formatNumber(rates.total_tokens_per_s)} tokens/s with prompts`;
  const peak = `mean over time; at most ${formatCount(concurrency.max)}`;
  return markup`<dl class="answers">
${goodputAnswer(report)}
${answer('Success', formatFraction(counts.success_fraction), '', outcome)}
${answer('Throughput', formatNumber(rates.requests_per_s), 'requests/s', `offered: ${offeredRate}${plannedRate}`)}
${answer('Output', formatNumber(rates.output_tokens_per_s), 'tokens/s', ifMeasured(rates.total_tokens_per_s, withPrompts))}
${answer('In flight', formatNumber(concurrency.mean), 'requests', ifMeasured(concurrency.mean, peak))}
</dl>`;
};
