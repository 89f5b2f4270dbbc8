import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { parse } from 'yaml';

/**
 * Reads a small file of settings, JSON or YAML.
 *
 * @param hint what such a file looks like
 * @throws BenchmarkError `file-not-found`; `input` for what is no object
 */
export const readObjectFile = async (file: string, hint: string): Promise<Record<string, unknown>> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing) throw new BenchmarkError('file-not-found', `no such file: ${file}`, { cause, hint });
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file },
      hint,
    });
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const [message = ''] = (cause as Error).message.split('\n');
    throw new BenchmarkError('input', `neither JSON nor YAML: ${message}`, { cause, location: { file }, hint });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BenchmarkError('input', 'holds no object', { location: { file }, hint });
};
