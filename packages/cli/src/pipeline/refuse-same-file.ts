import { realpath } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { manifestPath } from '@aibrix/schema';

const resolved = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/**
 * Refuses to write what is being read over itself: the output, or the manifest beside it.
 *
 * @throws BenchmarkError `usage` when two paths lead to one file
 */
export const refuseSameFile = async (input: string, output: string): Promise<void> => {
  const from = await resolved(input);
  const written = [await resolved(output), await resolved(manifestPath(output))];
  if (from === undefined || !written.includes(from)) return;
  throw new BenchmarkError('usage', `${output} is the input itself, or its manifest would overwrite that`, {
    hint: 'Write to another file.',
  });
};
