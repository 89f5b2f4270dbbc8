import { BenchmarkError } from '@aibrix/core/errors';
import { type LoadTokenizerOptions, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { readManifestBeside } from './read-manifest.js';

const DEFAULT_TOKENIZER = 'o200k_base';

/** A tokenizer to inspect a dataset with, and why it is this one. */
export interface InspectionTokenizer {
  tokenizer: Tokenizer;
  /** Whether it is the one that the manifest names, or the default. */
  choice: 'manifest' | 'default';
  /** In words, such as `named in the manifest`. */
  reason: string;
}

/** Without a download: a look into a file must not fetch anything. */
const loadIfThere = async (name: string, options: LoadTokenizerOptions): Promise<Tokenizer | undefined> => {
  const env = { ...(options.env ?? process.env), HF_HUB_OFFLINE: '1' };
  try {
    return await loadTokenizer(name, { ...options, env });
  } catch (error) {
    if (BenchmarkError.is(error) && error.code !== 'aborted') return undefined;
    throw error;
  }
};

/**
 * The tokenizer that the dataset's manifest names, where that is a built-in, a path that is there, or a model in the
 * cache; else `o200k_base`. Nothing is downloaded.
 *
 * @param datasetPath the dataset file, or `-`, which has no manifest
 */
export const chooseInspectionTokenizer = async (
  datasetPath: string,
  options: LoadTokenizerOptions = {},
): Promise<InspectionTokenizer> => {
  const byDefault = async (reason: string): Promise<InspectionTokenizer> => ({
    tokenizer: await loadTokenizer(DEFAULT_TOKENIZER, options),
    choice: 'default',
    reason,
  });
  const found = await readManifestBeside(datasetPath);
  if (!found) return byDefault('the default; there is no manifest to name one');
  if (!found.value) return byDefault('the default; the manifest cannot be read');
  const named = found.value.tokenizer;
  if (!named) return byDefault('the default; the manifest names none');
  const tokenizer = await loadIfThere(named.name, options);
  if (!tokenizer) return byDefault(`the default; the manifest's ${named.name} is not on this machine`);
  const isSame = tokenizer.sha256 === named.sha256;
  return {
    tokenizer,
    choice: 'manifest',
    reason: isSame ? 'named in the manifest' : 'named in the manifest, but not the same: its SHA-256 differs',
  };
};
