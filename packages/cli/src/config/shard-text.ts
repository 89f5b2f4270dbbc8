import type { Shard } from '@aibrix/client';
import { BenchmarkError } from '@aibrix/core/errors';

const SHARD = /^(?<index>\d+)\/(?<count>\d+)$/;

/**
 * A shard as flags and configs write it: `i/n`, i from 0.
 *
 * @throws BenchmarkError `usage`
 */
export const parseShard = (text: string): Shard => {
  const groups = SHARD.exec(text.trim())?.groups;
  const shard = { index: Number(groups?.index), count: Number(groups?.count) };
  if (groups && shard.index < shard.count) return shard;
  throw new BenchmarkError('usage', `shard: ${JSON.stringify(text)} is no shard: it is i/n, with i from 0 below n`, {
    hint: 'The first of four is 0/4, and the last 3/4.',
  });
};
