import { BenchmarkError } from '@aibrix/core/errors';
import { type ThinkTime, thinkTimeSchema } from './think-time.js';

const numbers = (text: string | undefined): number[] =>
  (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));

/** What a text most likely means; wrong numbers are found by the schema. */
const read = (text: string): unknown => {
  const range = /^([\d.]+)\s*-\s*([\d.]+)$/.exec(text);
  if (range) return { kind: 'uniform', min_ms: Number(range[1]), max_ms: Number(range[2]) };
  const [kind, figures] = text.includes(':') ? text.split(':', 2) : ['constant', text];
  const [first, second] = numbers(figures);
  switch (kind) {
    case 'uniform':
      return { kind, min_ms: first, max_ms: second };
    case 'lognormal':
      return { kind, median_ms: first, sigma: second };
    case 'gamma':
      return { kind, mean_ms: first, shape: second };
    default:
      return { kind, mean_ms: first };
  }
};

/**
 * Reads a think time as a command line has it: `2000`, `500-1500`, `exponential:2000`, `lognormal:2000,0.8` (median and
 * sigma), `gamma:2000,4` (mean and shape), times in milliseconds.
 *
 * @throws BenchmarkError `usage` for what is none
 */
export const parseThinkTime = (text: string): ThinkTime => {
  const parsed = thinkTimeSchema.safeParse(read(text.trim()));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // What is no number at all is better explained by what a think time looks like.
  const isRange = issue !== undefined && ['too_small', 'too_big', 'custom'].includes(issue.code);
  const reason = isRange ? `: ${[...issue.path, issue.message].join(' ')}` : '';
  throw new BenchmarkError('usage', `"${text}" is no think time${reason}`, {
    hint: 'It looks like 2000, 500-1500 (or uniform:500,1500), exponential:2000, lognormal:2000,0.8 or gamma:2000,4, in milliseconds.',
  });
};
