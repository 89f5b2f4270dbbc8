import type { WorkloadOrigin } from '../generated-workload.js';
import { readManifestBeside } from '../read-manifest.js';

/** Where the entries of a file are from. */
export interface FileOrigin {
  origin: WorkloadOrigin;
  notes: string[];
}

/** The origin of a file of which no more than the path is known. */
export const unreadFileOrigin = (path: string): WorkloadOrigin => ({
  generator: 'file',
  options: { path, sha256: null },
  seed: null,
});

/** The origin of a file, with what its manifest says if that is of this content. */
export const fileOrigin = async (path: string, sha256: string | undefined): Promise<FileOrigin> => {
  if (sha256 === undefined) return { origin: unreadFileOrigin(path), notes: [] };
  const manifest = (await readManifestBeside(path))?.value;
  const options = { path, sha256 };
  const origin: WorkloadOrigin = { generator: 'file', options, seed: null };
  if (!manifest) return { origin, notes: [] };
  if (manifest.sha256 !== sha256) {
    return { origin, notes: [`the manifest beside ${path} is of another content, and was not used`] };
  }
  const { generator, generator_version, options: generatorOptions, seed, notes } = manifest;
  return {
    origin: {
      ...origin,
      options: { ...options, manifest: { generator, generator_version, options: generatorOptions, seed, notes } },
      tokenizer: manifest.tokenizer ?? undefined,
      synthesis: manifest.synthesis ?? undefined,
    },
    notes: [],
  };
};
