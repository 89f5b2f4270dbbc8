import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { BenchmarkError } from '../errors/index.js';
import { compressionOf, compressor } from './compression.js';
import { STDIO } from './open-input.js';

/**
 * - `atomic`: written under a temporary name beside the target, and renamed when it is closed. A kill leaves nothing
 *   under the final name.
 * - `in-place`: grows under its own name, so that a kill leaves what was written.
 */
export type OutputMode = 'atomic' | 'in-place';

export interface OpenOutput {
  /** Hands bytes to the file; resolves when it can take more. */
  write(chunk: Uint8Array): Promise<void>;
  /** Hands bytes to the file; resolves when they are in it (of a compressed file: on their way). */
  writeThrough(chunk: Uint8Array): Promise<void>;
  /** Everything is on its way to the disk under the final name when this resolves. */
  close(): Promise<void>;
  /** Gives up: an `atomic` file vanishes, an `in-place` one keeps what it has. */
  discard(): Promise<void>;
}

const outputError = (path: string, cause: unknown): BenchmarkError =>
  new BenchmarkError('output', `cannot be written: ${(cause as Error).message}`, { cause, location: { file: path } });

/**
 * What a path stands for: the file behind a symbolic link, and whether it may be replaced. A device or a pipe is written
 * to, never replaced by a file of its name.
 */
const resolveTarget = async (path: string): Promise<{ path: string; isReplaceable: boolean }> => {
  try {
    const target = await realpath(path);
    return { path: target, isReplaceable: (await stat(target)).isFile() };
  } catch {
    return { path, isReplaceable: true };
  }
};

const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.partial`);

const openStdout = (): OpenOutput => {
  let failure: unknown;
  const onError = (error: unknown): void => {
    failure ??= error;
  };
  process.stdout.on('error', onError);
  const detach = (): void => {
    process.stdout.off('error', onError);
  };
  const write = async (chunk: Uint8Array): Promise<void> => {
    if (failure) throw outputError('<stdout>', failure);
    await new Promise<void>((resolve) => process.stdout.write(chunk, () => resolve()));
    if (failure) throw outputError('<stdout>', failure);
  };
  return {
    write,
    writeThrough: write,
    close: async () => detach(),
    discard: async () => detach(),
  };
};

/**
 * Opens a file for writing (`.gz` and `.zst` are compressed), or stdout (`-`). Missing folders are made.
 *
 * @throws BenchmarkError `output` from any of its methods when the disk or the pipe refuses
 */
export const openOutput = async (
  path: string,
  options: { mode?: OutputMode | undefined } = {},
): Promise<OpenOutput> => {
  if (path === STDIO) return openStdout();
  const mode = options.mode ?? 'atomic';
  const target = await resolveTarget(path);
  const isAtomic = mode === 'atomic' && target.isReplaceable;
  const written = isAtomic ? temporaryName(target.path) : target.path;
  let failure: unknown;
  let file: Writable;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = createWriteStream(written);
    await once(file, 'open');
  } catch (cause) {
    throw outputError(path, cause);
  }
  const compression = compressionOf(path);
  let entry = file;
  if (compression) {
    const transform = compressor(compression, { flushesEachWrite: mode === 'in-place' });
    transform.pipe(file);
    transform.on('error', (error) => file.destroy(error));
    entry = transform;
  }
  file.on('error', (error) => {
    failure ??= error;
    // A writer that waits for room would wait for ever.
    entry.destroy();
  });

  const roomOrFailure = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        entry.off('drain', done).off('close', done);
        resolve();
      };
      entry.on('drain', done).on('close', done);
    });

  const discard = async (): Promise<void> => {
    entry.destroy();
    file.destroy();
    if (!file.closed) await once(file, 'close').catch(() => {});
    if (isAtomic) await rm(written, { force: true });
  };

  return {
    async write(chunk) {
      if (!failure && !entry.write(chunk)) await roomOrFailure();
      if (failure) throw outputError(path, failure);
    },
    async writeThrough(chunk) {
      if (!failure) await new Promise<void>((resolve) => entry.write(chunk, () => resolve()));
      if (failure) throw outputError(path, failure);
    },
    async close() {
      try {
        if (failure) throw failure;
        entry.end();
        await finished(file);
        if (isAtomic) await rename(written, target.path);
      } catch (cause) {
        await discard();
        throw outputError(path, cause);
      }
    },
    discard,
  };
};
