import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { firstWhere } from '../../first-where.js';
import type { NumberPairs } from './python-dict.js';

/** A distribution of lengths in tokens. */
export interface LengthDistribution {
  /** The smallest length that at least this share of the probability does not exceed. */
  quantile(share: number): number;
}

/** How far probabilities may be from 1 in sum: they are written with rounding. */
const TOLERANCE = 1e-4;

/**
 * A distribution of the lengths and probabilities in a table.
 *
 * @param options.name what the table is, for messages
 * @throws BenchmarkError `input` for lengths that are no whole numbers, for probabilities below 0, and where they are not
 *   1 in sum
 */
export const lengthDistribution = (
  { keys, values }: NumberPairs,
  { name, location }: { name: string; location: InputLocation },
): LengthDistribution => {
  const refuse = (problem: string): BenchmarkError =>
    new BenchmarkError('input', `${name}: ${problem}`, {
      location,
      hint: 'It must give whole numbers of tokens, each with its probability, and the probabilities must be 1 in sum.',
    });
  const wrongLength = keys.find((length) => !Number.isSafeInteger(length) || length < 0);
  if (wrongLength !== undefined) throw refuse(`a length is ${wrongLength}`);
  const wrongProbability = values.find((probability) => !(probability >= 0));
  if (wrongProbability !== undefined) throw refuse(`a probability is ${wrongProbability}`);
  const total = values.reduce((sum, probability) => sum + probability, 0);
  if (Math.abs(total - 1) > TOLERANCE) throw refuse(`the probabilities are ${total} in sum`);

  const order = Uint32Array.from(keys.keys())
    .filter((index) => (values[index] as number) > 0)
    .sort((a, b) => (keys[a] as number) - (keys[b] as number));
  const lengths = Float64Array.from(order, (index) => keys[index] as number);
  const cumulative = new Float64Array(order.length);
  let sum = 0;
  for (const [place, index] of order.entries()) {
    sum += (values[index] as number) / total;
    cumulative[place] = sum;
  }
  // The last one is 1 but for rounding, and then a share above it would find nothing.
  const last = lengths.length - 1;
  return {
    quantile: (share) => lengths[firstWhere(0, last, (index) => (cumulative[index] as number) >= share)] as number,
  };
};
