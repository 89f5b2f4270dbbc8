import type { JsonFile } from '@aibrix/core/jsonl';
import type { Manifest } from '@aibrix/schema';
import { parseNamedArrivals } from '../arrivals/named-arrivals.js';
import type { NamedArrivals, WorkloadOrigin } from '../generated-workload.js';

/** Where the entries of a file are from. */
export interface FileOrigin {
  origin: WorkloadOrigin;
  /** Whether its manifest says what a prefix cache would find. */
  statesCache: boolean;
  notes: string[];
}

/** The origin of a file of which no more than the path is known. */
export const unreadFileOrigin = (path: string): WorkloadOrigin => ({
  generator: 'file',
  options: { path, sha256: null },
  seed: null,
});

/** The arrivals that a manifest names, with their rate: nothing can be tested without. */
export const arrivalsOf = (manifest: Manifest | null | undefined): NamedArrivals | undefined => {
  const { arrivals } = parseNamedArrivals(manifest?.statistics.arrivals);
  return arrivals?.rate ? arrivals : undefined;
};

/** The origin of a file, with what the manifest beside it says if that is of this content. */
export const fileOrigin = (
  path: string,
  { sha256, found }: { sha256: string | undefined; found: JsonFile<Manifest> | undefined },
): FileOrigin => {
  if (sha256 === undefined) return { origin: unreadFileOrigin(path), statesCache: false, notes: [] };
  const manifest = found?.value;
  const options = { path, sha256 };
  const origin: WorkloadOrigin = { generator: 'file', options, seed: null };
  if (!manifest) return { origin, statesCache: false, notes: [] };
  if (manifest.sha256 !== sha256) {
    const note = `the manifest beside ${path} is of another content, and was not used`;
    return { origin, statesCache: false, notes: [note] };
  }
  const { generator, generator_version, options: generatorOptions, seed, notes } = manifest;
  return {
    origin: {
      ...origin,
      options: { ...options, manifest: { generator, generator_version, options: generatorOptions, seed, notes } },
      arrivals: arrivalsOf(manifest),
      tokenizer: manifest.tokenizer ?? undefined,
      synthesis: manifest.synthesis ?? undefined,
    },
    statesCache: manifest.statistics.ideal_prefix_cache != null,
    notes: [],
  };
};
