import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import type { DownloadOptions } from '../hugging-face/download.js';
import { loadModelTokenizer } from '../hugging-face/load-model-tokenizer.js';
import { parseModelId } from '../hugging-face/model-id.js';
import { huggingFaceSettings } from '../hugging-face/settings.js';
import { BUILT_IN_TOKENIZERS, loadBuiltIn } from './built-in.js';
import type { Tokenizer } from './tokenizer.js';
import { tokenizerOfJson } from './tokenizer-json.js';

export interface LoadTokenizerOptions extends DownloadOptions {
  /** Where `HF_HOME`, `HF_TOKEN`, `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HUB_OFFLINE` and `XDG_CACHE_HOME` are looked up; `process.env` by default. */
  env?: Record<string, string | undefined> | undefined;
  /** Folder to keep downloads in; `aibrix` in `HF_HOME` by default. */
  cacheDir?: string | undefined;
}

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) return undefined;
  return stats.isDirectory() ? 'folder' : 'file';
};

const loadFile = async (name: string, file: string): Promise<Tokenizer> => {
  let json: Uint8Array;
  try {
    json = await readFile(file);
  } catch (cause) {
    throw new BenchmarkError('tokenizer', `cannot be read: ${(cause as Error).message}`, { cause, location: { file } });
  }
  return tokenizerOfJson(name, file, json);
};

const loadFolder = async (folder: string): Promise<Tokenizer> => {
  const file = join(folder, 'tokenizer.json');
  if ((await kindOf(file)) === 'file') return loadFile(folder, file);
  throw new BenchmarkError('tokenizer', 'the folder holds no tokenizer.json', {
    location: { file: folder },
    hint: 'Save the tokenizer in the format of the Hugging Face tokenizers library, which is this one file.',
  });
};

const unknownTokenizer = (idOrPath: string): BenchmarkError => {
  // A path is told by its look; anything else was meant as a name.
  if (/^[.~/]|[/\\].*[/\\]|\\|\.json$/.test(idOrPath)) {
    return new BenchmarkError('file-not-found', `no such tokenizer file or folder: ${idOrPath}`, {
      hint: 'Check the path; relative paths start at the folder the command runs in.',
    });
  }
  const match = closestMatch(idOrPath, BUILT_IN_TOKENIZERS);
  return new BenchmarkError('tokenizer', `there is no tokenizer ${idOrPath}`, {
    hint: `${match ? `Did you mean ${match}? ` : ''}A tokenizer is a built-in (${BUILT_IN_TOKENIZERS.join(', ')}), a tokenizer.json or a folder that holds one, or a Hugging Face id such as org/model.`,
  });
};

/**
 * Loads a tokenizer, by the first of these that `idOrPath` fits:
 *
 * 1. a built-in name (`BUILT_IN_TOKENIZERS`), which needs no file and no network;
 * 2. the path of a `tokenizer.json`, or of a folder that holds one;
 * 3. a Hugging Face id, `org/model` or `org/model@revision`, whose `tokenizer.json` is taken from a cache or downloaded
 *    once.
 *
 * Each call loads anew: keep the result, it holds some tens of megabytes.
 *
 * @throws BenchmarkError `tokenizer` when it cannot be found, downloaded or used; `file-not-found` for a path that is
 *   not there; `usage` for an impossible variable; `aborted` when the signal fires during a download
 */
export const loadTokenizer = async (idOrPath: string, options: LoadTokenizerOptions = {}): Promise<Tokenizer> => {
  if (BUILT_IN_TOKENIZERS.includes(idOrPath)) return loadBuiltIn(idOrPath);
  const kind = await kindOf(idOrPath);
  if (kind === 'file') return loadFile(idOrPath, idOrPath);
  if (kind === 'folder') return loadFolder(idOrPath);
  const id = parseModelId(idOrPath);
  if (!id) throw unknownTokenizer(idOrPath);
  const { env = process.env, cacheDir, ...download } = options;
  return loadModelTokenizer(id, huggingFaceSettings(env, cacheDir), download);
};
