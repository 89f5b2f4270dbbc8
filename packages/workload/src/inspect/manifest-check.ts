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
  /** Figures that are stated otherwise than found, or that every manifest states and this one does not. */
  differences: FigureDifference[];
  /** Figures that are stated and were not looked at: those of a prefix cache, without a tokenizer. */
  unchecked: string[];
  /** Other statistics that are stated and that no file tells: what was asked for, and what only its maker knew. */
  untold: string[];
}

/** What a file has. */
export interface WorkloadFileFigures {
  sha256: string;
  bytes: number;
  records: number;
  /** By their names in a manifest. */
  statistics: Readonly<Record<string, unknown>>;
}

/** Statistics that every manifest of a workload states. */
const ALWAYS_STATED: readonly string[] = [
  'requests',
  'duration_ms',
  'mean_rate_rps',
  'interarrival_cv',
  'dispersion_1s',
  'prompt_tokens',
  'output_tokens',
];

/** Numbers at any depth in whose place the other has none. */
const missingFigures = (stated: unknown, found: unknown, path: string): FigureDifference[] => {
  const isFigure = typeof stated === 'number' || stated === null;
  if (typeof found === 'number' && !isFigure) return [{ figure: path, stated: null, found }];
  if (typeof found !== 'object' || found === null) return [];
  return Object.entries(found).flatMap(([name, value]) =>
    missingFigures((stated as Record<string, unknown> | null | undefined)?.[name], value, `${path}.${name}`),
  );
};

/** Compares a manifest with what its file has. */
export const checkWorkloadManifest = (
  { path, value: manifest, problem }: JsonFile<Manifest>,
  found: WorkloadFileFigures,
): WorkloadManifestCheck => {
  if (!manifest) return { path, problem, manifest, sha256_matches: null, differences: [], unchecked: [], untold: [] };
  const { sha256, ...figures } = found;
  const { statistics: stated } = manifest;
  const missing = Object.entries(found.statistics)
    .filter(([name]) => ALWAYS_STATED.includes(name) || stated[name] !== undefined)
    .flatMap(([name, value]) => missingFigures(stated[name], value, `statistics.${name}`));
  const notFound = Object.keys(stated).filter((name) => stated[name] != null && !(name in found.statistics));
  return {
    path,
    problem,
    manifest,
    sha256_matches: manifest.sha256 === sha256,
    differences: [...compareFigures(manifest, figures), ...missing],
    unchecked: notFound.filter((name) => name === 'ideal_prefix_cache').map((name) => `statistics.${name}`),
    untold: notFound.filter((name) => name !== 'ideal_prefix_cache').map((name) => `statistics.${name}`),
  };
};
