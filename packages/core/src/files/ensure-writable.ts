import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchmarkError } from '../errors/index.js';
import { STDIO } from './open-input.js';

/**
 * Finds out whether a file can be written, without changing what is in it; missing folders are made. For work that takes
 * long and writes at its end.
 *
 * @throws BenchmarkError `output` when it cannot
 */
export const ensureWritable = async (path: string): Promise<void> => {
  if (path === STDIO) return;
  try {
    await mkdir(dirname(path), { recursive: true });
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    const file = await open(path, 'a');
    await file.close();
    if (!exists) await rm(path);
  } catch (cause) {
    throw new BenchmarkError('output', `cannot be written: ${(cause as Error).message}`, {
      cause,
      location: { file: path },
    });
  }
};
