import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isPlainFile } from './is-plain-file.js';
import { openInput } from './open-input.js';

/** A file that can be read more than once. */
export interface ReadableFile {
  path: string;
  /** Removes it, where it was made for this. */
  remove(): Promise<void>;
}

/**
 * The file at `path`, or a temporary copy where it can be read only once: stdin (`-`), a pipe, a device.
 *
 * @throws BenchmarkError as `openInput`; the signal's reason
 */
export const regularFile = async (
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<ReadableFile> => {
  if (await isPlainFile(path)) return { path, remove: async () => {} };
  const { stream } = await openInput(path);
  const folder = await mkdtemp(join(tmpdir(), 'aibrix-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const copy = join(folder, 'input');
  try {
    await pipeline(stream, createWriteStream(copy), { ...(options.signal && { signal: options.signal }) });
  } catch (error) {
    await remove();
    options.signal?.throwIfAborted();
    throw error;
  }
  return { path: copy, remove };
};
