import { realpath } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';

const resolved = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/**
 * Refuses to write what is being read over itself.
 *
 * @throws BenchmarkError `usage` when both paths lead to one file
 */
export const refuseSameFile = async (input: string, output: string): Promise<void> => {
  const [from, to] = [await resolved(input), await resolved(output)];
  if (from === undefined || from !== to) return;
  throw new BenchmarkError('usage', `${output} is the input itself, which would be overwritten`, {
    hint: 'Write to another file.',
  });
};
