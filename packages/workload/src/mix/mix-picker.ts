import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import { firstWhere } from '../first-where.js';
import { mostFrequentNames, type NameCount } from '../name-count.js';
import type { Mix } from './mix.js';

/** A larger mix is stated by its size and hash, and counted by its most frequent names. */
const STATED_NAMES = 100;

/**
 * What a manifest says of a mix: its names and weights, and of a large one how many there are and a hash of them
 * (SHA-256 of the mix as JSON).
 */
export const describeMix = (mix: Mix): unknown =>
  mix.length <= STATED_NAMES
    ? mix
    : { names: mix.length, sha256: createHash('sha256').update(JSON.stringify(mix)).digest('hex') };

/** Requests a name, the most frequent first; of many names, only the first 100. */
export const mostFrequent = (counts: ReadonlyMap<string, number>): NameCount[] =>
  mostFrequentNames(counts, STATED_NAMES);

/**
 * Chooses by the weights of a mix. The choice follows from seed, stream and key alone, so it does not depend on what else
 * is in a workload.
 */
export const createMixPicker = (mix: Mix, seed: number | string, stream: string): ((key: string) => string) => {
  const sums = new Float64Array(mix.length);
  let total = 0;
  for (const [index, { weight }] of mix.entries()) {
    total += weight;
    sums[index] = total;
  }
  return (key) => {
    const wanted = createRandom(seed, `${stream}/${key}`).next() * total;
    const index = firstWhere(0, mix.length - 1, (candidate) => (sums[candidate] ?? 0) > wanted);
    return mix[index]?.name ?? '';
  };
};
