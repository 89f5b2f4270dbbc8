import type { RunRecord } from '@aibrix/schema';

interface Shard {
  index: number;
  count: number;
}

const shardOf = ({ options }: RunRecord): Shard | null => {
  const { index, count } = (options.shard ?? {}) as Partial<Record<keyof Shard, unknown>>;
  return typeof index === 'number' && typeof count === 'number' ? { index, count } : null;
};

const list = (values: Iterable<number | string>): string => [...values].join(', ');

const missing = (shards: readonly Shard[], count: number): number[] => {
  const there = new Set(shards.map(({ index }) => index));
  return Array.from({ length: count }, (_, index) => index).filter((index) => !there.has(index));
};

/**
 * What keeps the results of several shards from being one run: shards that are missing or there twice, that were cut from
 * different workloads, or did not begin together.
 */
export const shardNotes = (runs: readonly RunRecord[]): string[] => {
  const sharded = runs.flatMap((run) => {
    const shard = shardOf(run);
    return shard ? [{ run, shard }] : [];
  });
  const [first] = sharded;
  if (!first) return [];
  const shards = sharded.map(({ shard }) => shard);
  const { count } = first.shard;
  const counts = new Set(shards.map((shard) => shard.count));
  if (counts.size > 1) return [`The results are of shards that do not belong together: one of ${list(counts)} each.`];

  const notes: string[] = [];
  if (sharded.length < runs.length) notes.push('Some of the results are of shards, and some of whole runs.');
  const absent = missing(shards, count);
  if (absent.length > 0) notes.push(`This is a part of the run: of ${count} shards, ${list(absent)} are not here.`);
  const twice = new Set(shards.map(({ index }) => index).filter((index, at, all) => all.indexOf(index) !== at));
  if (twice.size > 0) notes.push(`Of ${count} shards, ${list(twice)} are here more than once.`);
  const workloads = new Set(sharded.map(({ run }) => run.workload.sha256 ?? 'unknown'));
  if (workloads.size > 1) notes.push(`The shards were cut from ${workloads.size} different workloads.`);
  const starts = new Set(sharded.map(({ run }) => run.start_wall_time));
  if (starts.size > 1) {
    notes.push(`The shards did not begin together, but at ${list(starts)}: give all of them one --start-at.`);
  }
  return notes;
};
