import type { QuantileName, Report } from '../report.js';
import { type Markup, markup } from '../text/markup.js';
import { measuredRows, type NamedDistribution } from '../text/metric-names.js';
import { formatCount, formatNumber, timeUnitFor } from '../text/quantity.js';

const COLUMNS = ['p50', 'p90', 'p95', 'p99', 'p99_9'] as const satisfies readonly QuantileName[];

const heading = (name: QuantileName): string => name.replace('_', '.');

/** A table of distributions, a row each, in the unit that suits the row. Null where nothing was measured. */
export const distributionTable = (
  report: Report,
  rows: readonly NamedDistribution[],
  caption: string,
): Markup | null => {
  const measured = measuredRows(rows, report);
  if (measured.length === 0) return null;
  let hasThin = false;
  const body = measured.map(({ key, name, unit, meaning }) => {
    const distribution = report.distributions[key];
    const timeUnit = timeUnitFor(distribution.p50);
    const shown = (value: number | null): string =>
      formatNumber(value !== null && unit === 'time' ? value * timeUnit.perSecond : value);
    const quantiles = COLUMNS.map((column) => {
      const isThin = distribution.thin.includes(column);
      hasThin ||= isThin;
      const value = shown(distribution[column]);
      return isThin ? markup`<td class="thin">${value}†</td>` : markup`<td>${value}</td>`;
    });
    return markup`<tr><th scope="row">${name}<span>${meaning}</span></th><td>${unit === 'time' ? timeUnit.name : unit}</td><td>${shown(distribution.mean)}</td>${quantiles}<td>${shown(distribution.max)}</td><td>${formatCount(distribution.count)}</td></tr>\n`;
  });
  const heads = COLUMNS.map((column) => markup`<th scope="col">${heading(column)}</th>`);
  const approximate = measured.some(({ key }) => !report.distributions[key].is_exact);
  const remarks = [
    hasThin && '† too few values for this quantile q: fewer than 10 / (1 − q).',
    approximate && 'Quantiles of more than 100,000 values come from a t-digest.',
  ].filter((remark) => remark !== false);
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr><th scope="col"><span class="quiet">Metric</span></th><th scope="col">unit</th><th scope="col">mean</th>${heads}<th scope="col">max</th><th scope="col">n</th></tr></thead>
<tbody>${body}</tbody></table></div>${remarks.length > 0 && markup`<p class="quiet">${remarks.join(' ')}</p>`}`;
};
