import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { type LengthPercentile, percentileName } from './stat-steps.js';

/** Where percentiles stand, for messages. */
export interface PercentilesPlace {
  /** What they are percentiles of. Default `lengths`. */
  name?: string | undefined;
  location?: InputLocation | undefined;
}

const shown = ({ q, tokens }: LengthPercentile): string => `${percentileName(q)} is ${tokens}`;

/**
 * Percentiles in ascending order of their share.
 *
 * @throws BenchmarkError `input` where a length is not above 0, where a share is there twice or not between 0 and 1, and
 *   where a higher percentile is a shorter length
 */
export const checkPercentiles = (
  percentiles: readonly LengthPercentile[],
  { name = 'lengths', location }: PercentilesPlace = {},
): LengthPercentile[] => {
  const refuse = (problem: string, hint: string): BenchmarkError =>
    new BenchmarkError('input', `${name}: ${problem}`, { location, hint });
  const ordered = [...percentiles].sort((a, b) => a.q - b.q);
  if (ordered.length === 0) throw refuse('there are no percentiles', 'Give one at least.');
  for (const [index, percentile] of ordered.entries()) {
    const { q, tokens } = percentile;
    if (!(q > 0 && q < 1)) throw refuse(`there is no percentile ${percentileName(q)}`, 'It lies between 0 and 100.');
    if (!(tokens > 0 && Number.isFinite(tokens))) {
      throw refuse(shown(percentile), 'A length must be above 0 tokens; leave the cell empty where there is none.');
    }
    const before = ordered[index - 1];
    if (before?.q === q) throw refuse(`${percentileName(q)} is there twice`, 'Give each percentile once.');
    if (before && before.tokens > tokens) {
      throw refuse(
        `${shown(before)} and ${shown(percentile)}`,
        'A higher percentile is at least as long as a lower one: check which column is which, or mend the row.',
      );
    }
  }
  return ordered;
};
