import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import type { DownloadOptions } from '../hugging-face/download.js';
import { loadModelTokenizer } from '../hugging-face/load-model-tokenizer.js';
import { huggingFaceSettings } from '../hugging-face/settings.js';
import { loadBuiltIn } from './built-in.js';
import type { Tokenizer } from './tokenizer.js';
import { tokenizerOfJson } from './tokenizer-json.js';
import { tokenizerSource } from './tokenizer-source.js';

export interface LoadTokenizerOptions extends DownloadOptions {
  /** Where `HF_HOME`, `HF_TOKEN`, `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HUB_OFFLINE` and `XDG_CACHE_HOME` are looked up; `process.env` by default. */
  env?: Record<string, string | undefined> | undefined;
  /** Folder to keep downloads in; `aibrix` in `HF_HOME` by default. */
  cacheDir?: string | undefined;
}

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
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile()) return loadFile(folder, file);
  throw new BenchmarkError('tokenizer', 'the folder holds no tokenizer.json', {
    location: { file: folder },
    hint: 'Save the tokenizer in the format of the Hugging Face tokenizers library, which is this one file.',
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
  const source = await tokenizerSource(idOrPath);
  switch (source.kind) {
    case 'built-in':
      return loadBuiltIn(source.name);
    case 'file':
      return loadFile(idOrPath, source.file);
    case 'folder':
      return loadFolder(source.folder);
    case 'model': {
      const { env = process.env, cacheDir, ...download } = options;
      return loadModelTokenizer(source.id, huggingFaceSettings(env, cacheDir), download);
    }
  }
};
