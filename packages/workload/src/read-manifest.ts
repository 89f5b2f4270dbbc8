import { STDIO } from '@aibrix/core/files';
import { type JsonFile, readJsonFile } from '@aibrix/core/jsonl';
import { type Manifest, manifestPath, manifestSchema } from '@aibrix/schema';

/** Reads the manifest beside a dataset or workload; undefined where there is none. A broken one is a finding, not a failure. */
export const readManifestBeside = async (path: string): Promise<JsonFile<Manifest> | undefined> =>
  path === STDIO ? undefined : readJsonFile(manifestPath(path), manifestSchema);
