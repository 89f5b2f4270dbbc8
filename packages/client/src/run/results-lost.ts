import { BenchmarkError } from '@aibrix/core/errors';

const MIB = 1024 * 1024;

/** What to say when results were lost because they were taken too slowly; undefined when none was. */
export const resultsLost = (lost: number, queueBytes: number): BenchmarkError | undefined => {
  if (lost === 0) return undefined;
  const room = `${Number((queueBytes / MIB).toPrecision(3))} MiB`;
  return new BenchmarkError(
    'output',
    `results came faster than they were taken: ${room} of them were waiting, and ${lost} found no room`,
    {
      hint: 'Write to a faster disk, leave texts out of the results (--no-text, recordText: false), or give them more memory (--result-queue-bytes, resultQueueBytes).',
    },
  );
};
