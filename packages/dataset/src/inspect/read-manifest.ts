import { readFile } from 'node:fs/promises';
import { STDIO } from '@aibrix/core/files';
import { parseJson } from '@aibrix/core/jsonl';
import { formatPath } from '@aibrix/core/validation';
import { type Manifest, manifestPath, manifestSchema } from '@aibrix/schema';

/** A manifest that stands beside a file, or why it cannot be used. */
export type FoundManifest =
  | { path: string; manifest: Manifest; problem: null }
  | { path: string; manifest: null; problem: string };

const parse = (text: string): Manifest | string => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return 'not valid JSON';
  }
  const { data, error } = manifestSchema.safeParse(value);
  if (!error) return data;
  return error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`).join('; ');
};

/** Reads the manifest beside a dataset file; undefined where there is none. A broken one is a finding, not a failure. */
export const readManifestBeside = async (datasetPath: string): Promise<FoundManifest | undefined> => {
  if (datasetPath === STDIO) return undefined;
  const path = manifestPath(datasetPath);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { path, manifest: null, problem: `cannot be read: ${(error as Error).message}` };
  }
  const manifest = parse(text);
  return typeof manifest === 'string' ? { path, manifest: null, problem: manifest } : { path, manifest, problem: null };
};
