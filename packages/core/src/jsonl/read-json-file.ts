import { readFile } from 'node:fs/promises';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { formatPath } from '../validation/format-path.js';
import { parseJson } from './parse-json.js';

/** What a JSON file holds, or why it cannot be used. */
export type JsonFile<T> = { path: string; value: T; problem: null } | { path: string; value: null; problem: string };

/**
 * Reads a JSON file that need not be there, nor be in order: a broken one is a finding, not a failure.
 *
 * @param schema any Standard Schema that is synchronous
 * @returns undefined where there is no such file
 */
export const readJsonFile = async <T>(
  path: string,
  schema: StandardSchemaV1<unknown, T>,
): Promise<JsonFile<T> | undefined> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { path, value: null, problem: `cannot be read: ${(error as Error).message}` };
  }
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    return { path, value: null, problem: 'not valid JSON' };
  }
  const result = schema['~standard'].validate(json);
  if (result instanceof Promise) throw new TypeError('a schema for a file must be synchronous');
  if (!result.issues) return { path, value: result.value, problem: null };
  const problem = result.issues.map((issue) => `${formatPath(issue.path)}: ${issue.message}`).join('; ');
  return { path, value: null, problem };
};
