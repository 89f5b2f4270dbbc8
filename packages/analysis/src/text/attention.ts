import type { Report } from '../report.js';
import { formatAmount, formatCount } from './quantity.js';

/** A smaller share of failures is left to the table of errors. */
const NOTABLE_FAILURES = 0.01;

const EARLY: Record<'duration-limit' | 'interrupted' | 'output', string> = {
  'duration-limit': 'Partial run: its duration limit came before its last request',
  interrupted: 'Partial run: it was interrupted',
  output: 'Partial run: its results could not be written, and some are lost',
};

/**
 * What a reader must know before any figure, beside the verdict: that speaks of the client alone, and a client can keep
 * its schedule perfectly against a server that refuses everything. Null where all went well.
 */
export const attentionOf = ({ counts, runs }: Report): string | null => {
  const { offered, succeeded, failed, unsent, errors } = counts;
  const early = runs.find(({ ended_early }) => ended_early !== null)?.ended_early;
  const words: string[] = [];
  if (early) words.push(`${EARLY[early]}.`);
  if (unsent > 0) words.push(`${formatCount(unsent)} of ${formatAmount(offered, 'request')} were never sent.`);
  if (failed > 0 && (failed / offered > NOTABLE_FAILURES || succeeded === 0)) {
    const [worst] = errors.filter(({ type }) => type !== 'skipped').toSorted((a, b) => b.count - a.count);
    const example = worst ? `, most as ${worst.type}${worst.first_message ? ` (${worst.first_message})` : ''}` : '';
    words.push(`${formatCount(failed)} of ${formatAmount(offered - unsent, 'request')} failed${example}.`);
  }
  const missing = offered - succeeded - failed - unsent;
  if (missing > 0) words.push(`${formatCount(missing)} of ${formatAmount(offered, 'request')} left no result.`);
  if (succeeded === 0) words.push('No request succeeded.');
  return words.length > 0 ? words.join(' ') : null;
};
