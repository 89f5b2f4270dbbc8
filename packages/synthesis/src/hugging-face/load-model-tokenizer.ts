import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { tokenizerOfJson } from '../tokenizer/tokenizer-json.js';
import { type DownloadOptions, downloadModelFile } from './download.js';
import { downloadedFile, keepDownloaded, readDownloaded } from './download-cache.js';
import { findInHubCache } from './hub-cache.js';
import type { ModelFile } from './model-file.js';
import { formatModelId, type ModelId } from './model-id.js';
import { offlineError } from './offline-error.js';
import type { HuggingFaceSettings } from './settings.js';

/**
 * The tokenizer that another tool has downloaded, if it did. A file that cannot be used (an interrupted download, a
 * format of another time) is passed over as long as there is a better one to be had.
 */
const loadFromHubCache = async (
  modelFile: ModelFile,
  settings: HuggingFaceSettings,
): Promise<Tokenizer | undefined> => {
  const found = await findInHubCache(modelFile, settings.hubCacheDir);
  if (!found) return undefined;
  try {
    return await tokenizerOfJson(formatModelId(modelFile.id), found.file, found.bytes);
  } catch (error) {
    if (settings.isOffline || !BenchmarkError.is(error)) throw error;
    return undefined;
  }
};

/** Loads a model's tokenizer from what was downloaded earlier, by this package or by another tool, or downloads it. */
export const loadModelTokenizer = async (
  id: ModelId,
  settings: HuggingFaceSettings,
  options: DownloadOptions,
): Promise<Tokenizer> => {
  const name = formatModelId(id);
  const modelFile: ModelFile = { id, fileName: 'tokenizer.json' };
  const file = downloadedFile(modelFile, settings.cacheDir);
  const downloaded = await readDownloaded(file);
  if (downloaded) return tokenizerOfJson(name, file, downloaded);

  const fromHub = await loadFromHubCache(modelFile, settings);
  if (fromHub) return fromHub;

  if (settings.isOffline) throw offlineError(modelFile);
  const json = await downloadModelFile(modelFile, settings, options);
  // Tried before it is kept: an error page with status 200 must not stay in the cache.
  const tokenizer = await tokenizerOfJson(name, `${settings.endpoint}/${name}/tokenizer.json`, json);
  await keepDownloaded(file, json);
  return tokenizer;
};
