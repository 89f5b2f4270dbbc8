import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { Mix } from './mix.js';

/** Options of `zipfMix`: either `names`, or `count` and `prefix`. */
export interface ZipfMixOptions {
  /** In order of rank, the most frequent first. */
  names?: string[] | undefined;
  /** How many names to make: `<prefix>0`, `<prefix>1`, … */
  count?: number | undefined;
  /** What they start with. Default nothing. */
  prefix?: string | undefined;
  /** s in r^-s: 0 is even, 1 is Zipf's law. */
  exponent: number;
}

const MAX_COUNT = 1_000_000;
const MAX_EXPONENT = 20;

const zipfMixOptionsSchema: z.ZodType<ZipfMixOptions, ZipfMixOptions> = z
  .strictObject({
    names: z.array(z.string().min(1, 'must not be empty')).min(1, 'must hold at least one name').optional(),
    count: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(MAX_COUNT, `must be at most ${MAX_COUNT}`)
      .optional(),
    prefix: z.string().optional(),
    exponent: z.number().nonnegative('must not be negative').max(MAX_EXPONENT, `must be at most ${MAX_EXPONENT}`),
  })
  .refine(({ names, count }) => (names === undefined) !== (count === undefined), {
    path: ['names'],
    message: 'either names or a count must be given',
  })
  .refine(({ names, prefix }) => names === undefined || prefix === undefined, {
    path: ['prefix'],
    message: 'goes with a count, not with names',
  });

/**
 * A mix in which the weight of rank r (from 1) is r^-exponent: Zipf's law, cut off at the number of names.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const zipfMix = (options: ZipfMixOptions): Mix => {
  const { names, count, prefix, exponent } = parseOptions(zipfMixOptionsSchema, options, 'zipfMix');
  const ranked = names ?? Array.from({ length: count ?? 0 }, (_, index) => `${prefix ?? ''}${index}`);
  return ranked.map((name, index) => ({ name, weight: (index + 1) ** -exponent }));
};
