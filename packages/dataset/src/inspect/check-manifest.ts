import type { TokenizerIdentity } from '@aibrix/schema';
import type { DatasetStatistics } from '../dataset-statistics.js';
import type { FoundManifest } from './read-manifest.js';

/** A figure that a manifest states and the file has not. */
export interface ManifestDifference {
  /** Such as `records` or `statistics.prompt_tokens.total`. */
  figure: string;
  stated: number | null;
  found: number | null;
}

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
  differences: ManifestDifference[];
}

/** What the file has. */
export interface FileFigures {
  sha256: string;
  bytes: number;
  records: number;
  statistics: DatasetStatistics;
}

/** Sums in another order differ in their last digits. */
const TOLERANCE = 1e-9;

const agrees = (stated: number | null, found: number | null): boolean =>
  stated === found ||
  (stated !== null && found !== null && Math.abs(stated - found) <= TOLERANCE * Math.max(1, Math.abs(found)));

const isFigure = (value: unknown): value is number | null => value === null || typeof value === 'number';

/** Compares what both have, names below names. */
const differencesOf = (stated: unknown, found: unknown, figure: string): ManifestDifference[] => {
  if (isFigure(stated) && isFigure(found)) return agrees(stated, found) ? [] : [{ figure, stated, found }];
  if (typeof stated !== 'object' || typeof found !== 'object') return [];
  return Object.entries(found ?? {}).flatMap(([name, value]) =>
    differencesOf((stated as Record<string, unknown> | null)?.[name], value, figure ? `${figure}.${name}` : name),
  );
};

/** Compares a manifest with its file: the hash, the counts, and the figures of the lengths that the records state. */
export const checkManifest = (found: FoundManifest, file: FileFigures): ManifestCheck => {
  const { path, problem, manifest } = found;
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
    differences: differencesOf(manifest, figures, ''),
  };
};
