import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchmarkError } from '../errors/index.js';
import { takeLock } from './download-lock.js';

/** What a side file remembers of a broken download: of which address and of which version its bytes are. */
interface Remembered {
  source: string;
  validator: string;
}

/** What has come of a file so far. The methods throw BenchmarkError `output` when the disk refuses. */
export interface PartialFile {
  readonly size: number;
  /** For `If-Range`; `undefined` when what is there cannot be continued. */
  readonly validator: string | undefined;
  /** Empties it, for another version or another try. */
  restart(validator: string | undefined): Promise<void>;
  append(chunk: Uint8Array): Promise<void>;
  /** Puts it under its final name when it is safe on the disk; returns its SHA-256 as lowercase hex. */
  finish(): Promise<string>;
  /** Closes it. What can be continued later stays. */
  leave(): Promise<void>;
}

const HINTS: Record<string, string> = {
  ENOSPC: 'The disk is full: free some space and start again; a broken download goes on where it stopped.',
  EDQUOT: 'The quota is used up: free some space and start again; a broken download goes on where it stopped.',
};

const outputError = (path: string, cause: unknown): BenchmarkError =>
  new BenchmarkError('output', `cannot be written: ${(cause as Error).message}`, {
    cause,
    location: { file: path },
    hint:
      HINTS[(cause as NodeJS.ErrnoException).code ?? ''] ??
      'Choose a folder that can be written to, or check its rights.',
  });

const fileBehind = async (path: string): Promise<string> => {
  const target = await realpath(path).catch(() => path);
  const isReplaceable = await stat(target).then(
    (stats) => stats.isFile(),
    () => true,
  );
  if (isReplaceable) return target;
  throw new BenchmarkError('output', 'is there and is no file', {
    location: { file: path },
    hint: 'Give the name of the file to write, not that of a folder or a device.',
  });
};

const readRemembered = async (path: string, source: string): Promise<string | undefined> => {
  try {
    const remembered = JSON.parse(await readFile(path, 'utf8')) as Partial<Remembered>;
    return remembered.source === source ? remembered.validator : undefined;
  } catch {
    return undefined;
  }
};

const addFile = async (hash: Hash, path: string): Promise<number> => {
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
  }
  return size;
};

/** A rename is on the disk when its folder is; not every system can do that. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
};

interface Place {
  /** Where the bytes go until they are all there. */
  part: string;
  side: string;
  release(): Promise<void>;
}

/** `<path>.part`; when another download has that, a name of its own, which nobody continues. */
const takePlace = async (target: string): Promise<Place> => {
  const part = `${target}.part`;
  const release = await takeLock(`${part}.lock`);
  if (release) return { part, side: `${part}.json`, release };
  const own = `${part}-${randomUUID().slice(0, 8)}`;
  return { part: own, side: `${own}.json`, release: async () => {} };
};

/**
 * Opens what is there of a broken download of `source`, or starts anew. Missing folders are made.
 *
 * @param source tells the address from others
 * @throws BenchmarkError `output` when the file cannot be written
 */
export const openPartialFile = async (path: string, source: string): Promise<PartialFile> => {
  const target = await fileBehind(path);
  const orOutputError = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw outputError(path, cause);
    }
  };

  const place = await orOutputError(async () => {
    await mkdir(dirname(target), { recursive: true });
    return takePlace(target);
  });
  let validator: string | undefined;
  let hash = createHash('sha256');
  let size = 0;
  let file: FileHandle;
  try {
    validator = await readRemembered(place.side, source);
    file = await open(place.part, validator === undefined ? 'w' : 'a');
    if (validator !== undefined) size = await addFile(hash, place.part);
  } catch (cause) {
    await place.release();
    throw outputError(path, cause);
  }

  return {
    get size() {
      return size;
    },
    get validator() {
      return validator;
    },
    restart: (newValidator) =>
      orOutputError(async () => {
        // In this order: a kill in between leaves nothing that looks like a part of the new version.
        if (size > 0) {
          await file.close();
          file = await open(place.part, 'w');
        }
        await rm(place.side, { force: true });
        size = 0;
        hash = createHash('sha256');
        validator = newValidator;
        if (validator === undefined) return;
        await writeFile(place.side, JSON.stringify({ source, validator } satisfies Remembered));
      }),
    append: (chunk) =>
      orOutputError(async () => {
        await file.appendFile(chunk);
        hash.update(chunk);
        size += chunk.length;
      }),
    finish: () =>
      orOutputError(async () => {
        await file.sync();
        await file.close();
        await rename(place.part, target);
        await rm(place.side, { force: true });
        await syncFolder(dirname(target));
        await place.release();
        return hash.digest('hex');
      }),
    async leave() {
      await file.close().catch(() => {});
      const isKept = size > 0 && validator !== undefined && place.part === `${target}.part`;
      if (!isKept) {
        await rm(place.part, { force: true });
        await rm(place.side, { force: true });
      }
      await place.release();
    },
  };
};
