import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import { type RunRecord, runRecordPath, runRecordSchema, SCHEMA_VERSION } from '@aibrix/schema';

const parseRunRecord = (text: string, file: string): RunRecord => {
  const unusable = (problem: string, hint?: string): BenchmarkError =>
    new BenchmarkError('input', `${problem}`, { location: { file }, hint });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw unusable(
      `not valid JSON: ${(cause as Error).message}`,
      'Remove it to analyse the results without a verdict.',
    );
  }
  const found = (content as { schema_version?: unknown } | null)?.schema_version;
  if (found !== SCHEMA_VERSION) {
    throw unusable(
      `schema version ${JSON.stringify(found)} is not ${SCHEMA_VERSION}`,
      'Analyse it with the version that wrote it, or remove it to do without a verdict.',
    );
  }
  const parsed = runRecordSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw unusable(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
};

/**
 * The run record beside a result file; null where there is none, and for stdin.
 *
 * @throws BenchmarkError `input` for one that cannot be used
 */
export const readRunRecord = async (resultsPath: string): Promise<{ path: string; run: RunRecord } | null> => {
  if (resultsPath === STDIO) return null;
  const path = runRecordPath(resultsPath);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file: path },
    });
  }
  return { path, run: parseRunRecord(text, path) };
};
