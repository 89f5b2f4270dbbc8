import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFile } from './model-file.js';
import type { ModelId } from './model-id.js';
import { readIfThere } from './read-if-there.js';

const snapshotsOf = async (id: ModelId, folder: string): Promise<string[]> => {
  const commit = await readFile(join(folder, 'refs', id.revision), 'utf8').catch(() => undefined);
  if (commit !== undefined) return [commit.trim()];
  if (id.revision !== 'main') return [id.revision];
  // Without a ref, a lone snapshot is the only thing `main` can have been.
  const snapshots = await readdir(join(folder, 'snapshots')).catch(() => []);
  return snapshots.length === 1 ? snapshots : [];
};

/** A file that another tool has downloaded. */
export interface HubCacheFile {
  /** Its path. */
  file: string;
  bytes: Uint8Array;
}

/**
 * A file of a model that another tool has downloaded, from the standard layout of the hub's cache
 * (`models--organization--model/snapshots/<commit>/`).
 */
export const findInHubCache = async (
  { id, fileName }: ModelFile,
  hubCacheDir: string,
): Promise<HubCacheFile | undefined> => {
  const folder = join(hubCacheDir, `models--${id.organization}--${id.model}`);
  for (const snapshot of await snapshotsOf(id, folder)) {
    const file = join(folder, 'snapshots', snapshot, fileName);
    const bytes = await readIfThere(file);
    if (bytes) return { file, bytes };
  }
  return undefined;
};
