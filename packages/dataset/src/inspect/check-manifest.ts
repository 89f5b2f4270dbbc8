import type { JsonFile } from '@aibrix/core/jsonl';
import { compareFigures, type FigureDifference } from '@aibrix/core/validation';
import type { Manifest, TokenizerIdentity } from '@aibrix/schema';
import type { DatasetStatistics } from '../dataset-statistics.js';

/** Whether a manifest is of the file that it stands beside. */
export interface ManifestCheck {
  path: string;
  /** Why it cannot be used; what follows is then null or empty. */
  problem: string | null;
  generator: string | null;
  generator_version: string | null;
  seed: number | string | null;
  tokenizer: TokenizerIdentity | null;
  /** What stated lengths are of: the text alone, or with the chat template around it. Null where it is not said. */
  count_mode: 'prompt' | 'chat' | null;
  sha256_matches: boolean | null;
  /** Counts and statistics of lengths that differ. */
  differences: FigureDifference[];
}

/** What the file has. */
export interface FileFigures {
  sha256: string;
  bytes: number;
  records: number;
  statistics: DatasetStatistics;
}

/** Compares a manifest with its file: the hash, the counts, and the figures of the lengths that the records state. */
export const checkManifest = (found: JsonFile<Manifest>, file: FileFigures): ManifestCheck => {
  const { path, problem, value: manifest } = found;
  if (!manifest) {
    return {
      path,
      problem,
      generator: null,
      generator_version: null,
      seed: null,
      tokenizer: null,
      count_mode: null,
      sha256_matches: null,
      differences: [],
    };
  }
  const { generator, generator_version, seed, tokenizer, synthesis, sha256 } = manifest;
  const { sha256: _, ...figures } = file;
  return {
    path,
    problem: null,
    generator,
    generator_version,
    seed,
    tokenizer: tokenizer ?? null,
    count_mode: synthesis?.count_mode ?? null,
    sha256_matches: sha256 === file.sha256,
    differences: compareFigures(manifest, figures),
  };
};
