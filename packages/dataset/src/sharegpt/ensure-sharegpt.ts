import { rm, stat } from 'node:fs/promises';
import type { Clock } from '@aibrix/core/clock';
import { type DownloadedFile, type DownloadProgress, downloadFile } from '@aibrix/core/download';
import { BenchmarkError } from '@aibrix/core/errors';
import { compressionOf, STDIO } from '@aibrix/core/files';
import { type HuggingFaceSettings, huggingFaceSettings } from '@aibrix/synthesis';
import { sharegpt } from './generate.js';

/** Where the dataset stands on the Hugging Face hub or a mirror of it. */
const HUB_PATH =
  '/datasets/anon8231489123/ShareGPT_Vicuna_unfiltered/resolve/main/ShareGPT_V3_unfiltered_cleaned_split.json';

const OTHER_WAYS =
  'HF_TOKEN gives access where it is asked for, HF_ENDPOINT names a mirror, and a file that you bring yourself is taken as it is.';

export interface EnsureShareGptOptions {
  /** Where the file is, or is to be. */
  path: string;
  /** Where it is downloaded from. Default: ShareGPT_V3_unfiltered_cleaned_split.json from the hub at `HF_ENDPOINT`. */
  url?: string | undefined;
  /** Where `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE` are looked up; `process.env` by default. */
  env?: Record<string, string | undefined> | undefined;
  /** Ends the download; what has arrived is kept for the next one. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Measures the waits between tries. Default: the machine's clock. */
  clock?: Clock | undefined;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const isOfHub = (url: string, { endpoint }: HuggingFaceSettings): boolean =>
  URL.canParse(url) && new URL(url).origin === new URL(endpoint).origin;

/** An error page with status 200 must not stay as the dataset. */
const removeUnlessShareGpt = async (path: string): Promise<void> => {
  try {
    for await (const _ of sharegpt({ path, maxSessions: 1 }));
  } catch (error) {
    // What could not be opened or read may still be the dataset.
    if (BenchmarkError.is(error) && error.code === 'input') await rm(path, { force: true });
    throw error;
  }
};

/**
 * Downloads the ShareGPT dataset when it is not there. The token in `HF_TOKEN` goes to the origin of `HF_ENDPOINT` and to
 * no other.
 *
 * @returns what was downloaded; `undefined` when the file was there
 * @throws BenchmarkError as `downloadFile` does; `file-not-found` when it is missing and `HF_HUB_OFFLINE` is set; `input`
 *   when what was downloaded is no ShareGPT file, and then it is removed; `usage` for an impossible variable
 */
export const ensureShareGpt = async (options: EnsureShareGptOptions): Promise<DownloadedFile | undefined> => {
  const { path, env = process.env, signal, onProgress, clock } = options;
  if (path === STDIO || (await isThere(path))) return undefined;
  const settings = huggingFaceSettings(env);
  const url = options.url ?? `${settings.endpoint}${HUB_PATH}`;
  const usesHub = isOfHub(url, settings);
  if (usesHub && settings.isOffline) {
    throw new BenchmarkError('file-not-found', `no such file: ${path}, and HF_HUB_OFFLINE forbids to download it`, {
      hint: 'Unset HF_HUB_OFFLINE to download it once, or bring the file yourself.',
    });
  }
  if (URL.canParse(url) && compressionOf(path) !== compressionOf(new URL(url).pathname)) {
    throw new BenchmarkError('usage', `${path} would be read as compressed in another way than what is downloaded`, {
      hint: 'Give both names the same ending: .json, .gz or .zst.',
    });
  }
  const downloaded = await downloadFile({
    url,
    path,
    headers: usesHub && settings.token ? { authorization: `Bearer ${settings.token}` } : {},
    signal,
    onProgress,
    clock,
    hint: OTHER_WAYS,
  });
  await removeUnlessShareGpt(path);
  return downloaded;
};
