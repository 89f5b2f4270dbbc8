import { BenchmarkError } from '@aibrix/core/errors';
import { z } from 'zod';

/** Names to choose from, each with its share of the sum of all weights. */
export type Mix = MixPart[];

export interface MixPart {
  name: string;
  /** Above 0. */
  weight: number;
}

/** Weights beyond would lose the small ones in the sum. */
const MAX_WEIGHT = 1e9;

const isUnique = (mix: Mix): boolean => new Set(mix.map(({ name }) => name)).size === mix.length;

/** Checks a mix. */
export const mixSchema: z.ZodType<Mix, Mix> = z
  .array(
    z.strictObject({
      name: z.string().min(1, 'must not be empty'),
      weight: z.number().positive('must be above 0').max(MAX_WEIGHT, `must be at most ${MAX_WEIGHT}`),
    }),
  )
  .min(1, 'must hold at least one name')
  .refine(isUnique, 'must not hold a name twice');

const partOf = (text: string): MixPart => {
  const at = text.lastIndexOf('=');
  if (at === -1) return { name: text.trim(), weight: 1 };
  const weight = text.slice(at + 1).trim();
  return { name: text.slice(0, at).trim(), weight: weight === '' ? Number.NaN : Number(weight) };
};

/**
 * Reads `base=3,lora-a=1`, or `a,b,c` for equal weights; a name without a weight has 1. The weight is what follows the last
 * `=`; a name cannot hold a comma.
 *
 * @throws BenchmarkError `usage` for a name or weight that is missing, no number, not above 0 or there twice
 */
export const parseMix = (text: string): Mix => {
  const mix = text.split(',').map(partOf);
  const wrong = mix.find(({ name, weight }) => name === '' || !(weight > 0 && weight <= MAX_WEIGHT));
  if (!wrong && isUnique(mix)) return mix;
  const problem = wrong ? 'a name or weight in it cannot be used' : 'a name is in it twice';
  throw new BenchmarkError('usage', `mix ${JSON.stringify(text)}: ${problem}`, {
    hint: `It must look like base=3,lora-a=1 or a,b,c, with weights above 0 and at most ${MAX_WEIGHT}.`,
  });
};
