import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { tokenizerOfJson } from '../tokenizer/tokenizer-json.js';
import { type DownloadOptions, downloadTokenizerJson } from './download.js';
import { downloadedFile, keepDownloaded, readDownloaded } from './download-cache.js';
import { findInHubCache } from './hub-cache.js';
import { formatModelId, type ModelId } from './model-id.js';
import type { HuggingFaceSettings } from './settings.js';

/** Loads a model's tokenizer from what was downloaded earlier, by this package or by another tool, or downloads it. */
export const loadModelTokenizer = async (
  id: ModelId,
  settings: HuggingFaceSettings,
  options: DownloadOptions,
): Promise<Tokenizer> => {
  const name = formatModelId(id);
  const file = downloadedFile(id, settings.cacheDir);
  const downloaded = await readDownloaded(file);
  if (downloaded) return tokenizerOfJson(name, file, downloaded);

  const fromHub = await findInHubCache(id, settings.hubCacheDir);
  if (fromHub) return tokenizerOfJson(name, fromHub.file, fromHub.json);

  if (settings.isOffline) {
    throw new BenchmarkError('tokenizer', `the tokenizer of ${name} is not in the cache, and HF_HUB_OFFLINE is set`, {
      hint: `Unset HF_HUB_OFFLINE to download it once, or put its tokenizer.json in a folder and give that path.`,
    });
  }
  const json = await downloadTokenizerJson(id, settings, options);
  // Tried before it is kept: an error page with status 200 must not stay in the cache.
  const tokenizer = await tokenizerOfJson(name, `${settings.endpoint}/${name}/tokenizer.json`, json);
  await keepDownloaded(file, json);
  return tokenizer;
};
