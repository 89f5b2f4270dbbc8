import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { compressionOf, isPlainFile, openInput, type ReadableFile } from '@aibrix/core/files';

/**
 * The file at `path`, or a temporary copy where it cannot be read by position: a compressed file, stdin (`-`), a pipe.
 *
 * @throws BenchmarkError as `openInput`; `input` when it cannot be read or there is no room for the copy; the signal's reason
 */
export const seekableFile = async (
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<ReadableFile> => {
  if (!compressionOf(path) && (await isPlainFile(path))) return { path, remove: async () => {} };
  const { name, stream } = await openInput(path);
  const folder = await mkdtemp(join(tmpdir(), 'aibrix-entries-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const copy = join(folder, 'workload');
  try {
    await pipeline(stream, createWriteStream(copy), { ...(options.signal && { signal: options.signal }) });
  } catch (cause) {
    await remove();
    options.signal?.throwIfAborted();
    throw new BenchmarkError('input', `cannot be put into a temporary file: ${(cause as Error).message}`, {
      cause,
      location: { file: name },
    });
  }
  return { path: copy, remove };
};
