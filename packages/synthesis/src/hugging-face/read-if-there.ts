import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';

/**
 * The bytes of `file`, or `undefined` when there is no such file.
 *
 * @throws BenchmarkError `input` when it is there and cannot be read
 */
export const readIfThere = async (file: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, { cause, location: { file } });
  }
};
