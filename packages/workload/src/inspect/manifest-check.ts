import type { JsonFile } from '@aibrix/core/jsonl';
import { compareFigures, type FigureDifference } from '@aibrix/core/validation';
import type { Manifest } from '@aibrix/schema';

/** Whether a manifest is of the file that it stands beside, and what it states is so. */
export interface WorkloadManifestCheck {
  path: string;
  /** Why it cannot be used; what follows is then null or empty. */
  problem: string | null;
  manifest: Manifest | null;
  sha256_matches: boolean | null;
  /** Figures that are stated otherwise than found. */
  differences: FigureDifference[];
  /** Figures that are stated and were not looked at: those of a prefix cache, without a tokenizer. */
  unchecked: string[];
  /** Figures that the file and its manifest do not tell: those of arrivals whose rate has too many steps to state. */
  untold: string[];
}

/** Compares a manifest with what its file has. */
export const checkWorkloadManifest = (
  { path, value: manifest, problem }: JsonFile<Manifest>,
  found: {
    sha256: string;
    bytes: number;
    records: number;
    statistics: object;
  },
): WorkloadManifestCheck => {
  if (!manifest) return { path, problem, manifest, sha256_matches: null, differences: [], unchecked: [], untold: [] };
  const { sha256, ...figures } = found;
  const isLeftOut = (name: string): boolean => manifest.statistics[name] != null && !(name in found.statistics);
  return {
    path,
    problem,
    manifest,
    sha256_matches: manifest.sha256 === sha256,
    differences: compareFigures(manifest, figures),
    unchecked: isLeftOut('ideal_prefix_cache') ? ['statistics.ideal_prefix_cache'] : [],
    untold: isLeftOut('arrivals') ? ['statistics.arrivals'] : [],
  };
};
