import { firstWhere } from '../first-where.js';

/** Lengths of one bucket differ by at most this factor. */
const LENGTH_RATIO = 1.05;
/** A bucket of several lengths holds at most one of so many parts of all prompts: what a choice may have to look through. */
const PARTS = 128;
/** Nor more than this share of what lies below or above it: both ends are cut finely, there the nearest are looked for. */
const SHARE_OF_REST = 0.25;
/** Fewer prompts than this are not worth a cut. */
const MIN_ROOM = 16;

/** Ranges of lengths in ascending order. Each length that there is lies in one; those between two buckets in none. */
export interface LengthBuckets {
  readonly count: number;
  /** Least length in a bucket, in tokens. */
  shortest(bucket: number): number;
  /** Greatest length in a bucket, in tokens. */
  longest(bucket: number): number;
  /** The first bucket with a length of `length` or more; `count` when there is none. The bucket of a length that there is. */
  firstReaching(length: number): number;
  /** The first bucket with none but lengths above `length`; `count` when there is none. */
  firstAbove(length: number): number;
}

/**
 * Cuts lengths into buckets: of about the same length, and few prompts each, except that one length is never cut.
 *
 * @param sorted the lengths of all prompts in ascending order, in tokens
 */
export const createLengthBuckets = (sorted: Uint32Array): LengthBuckets => {
  const shortest: number[] = [];
  const longest: number[] = [];
  const total = sorted.length;
  /** Where the last bucket starts, and how many prompts it has room for. */
  let start = 0;
  let room = 0;
  for (let from = 0, to = 0; from < total; from = to) {
    const length = sorted[from] ?? 0;
    while (to < total && sorted[to] === length) to++;
    if (to - start > room || length > (shortest.at(-1) ?? 0) * LENGTH_RATIO) {
      start = from;
      room = Math.max(MIN_ROOM, Math.min(total / PARTS, SHARE_OF_REST * Math.min(start, total - start)));
      shortest.push(length);
      longest.push(length);
    } else {
      longest[longest.length - 1] = length;
    }
  }
  const count = shortest.length;
  return {
    count,
    shortest: (bucket) => shortest[bucket] ?? 0,
    longest: (bucket) => longest[bucket] ?? 0,
    firstReaching: (length) => firstWhere(0, count, (bucket) => (longest[bucket] ?? 0) >= length),
    firstAbove: (length) => firstWhere(0, count, (bucket) => (shortest[bucket] ?? 0) > length),
  };
};
