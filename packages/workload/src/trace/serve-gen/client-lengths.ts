import { hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { firstWhere } from '../../first-where.js';
import { excerpt } from '../row-values.js';
import { type LengthDistribution, lengthDistribution } from './length-distribution.js';
import { type ObjectEntry, objectEntries } from './object-entries.js';
import { type NumberPairs, parsePythonDict } from './python-dict.js';

/** What a client's lengths are drawn from, for a stretch of time. */
export interface WindowLengths {
  input: LengthDistribution;
  output: LengthDistribution;
  /** Names of what else the file gives for it. */
  otherFields: string[];
}

/** Distributions of one client's lengths over time, read from its file as they are needed. */
export interface ClientLengths {
  /** Of the file's content. */
  readonly sha256: string;
  /** Number of the stretch that a time falls into; undefined where the file has none at all. */
  stretchAt(seconds: number): number | undefined;
  /** @returns null where the file leaves the stretch empty */
  read(stretch: number): Promise<WindowLengths | null>;
}

const FIELDS = ['input_tokens', 'output_tokens'] as const;

const slice = async (path: string, { offset, byteLength }: ObjectEntry): Promise<string> => {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(byteLength);
    await file.read(bytes, 0, byteLength, offset);
    return bytes.toString('utf8');
  } finally {
    await file.close();
  }
};

const parseWindow = (text: string, location: InputLocation): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new BenchmarkError('input', 'not valid JSON', { location, cause, hint: 'Fetch or write the file again.' });
  }
};

const tableIn = (window: Record<string, unknown>, name: string, location: InputLocation): NumberPairs => {
  const text = window[name];
  if (typeof text === 'string') return parsePythonDict(text, { name, location });
  throw new BenchmarkError('input', `${name} is ${excerpt(text)}`, {
    location,
    hint: 'It must be text that holds a Python dictionary of lengths and their probabilities.',
  });
};

const secondsOf = ({ key, line }: ObjectEntry, file: string): number => {
  const seconds = /^\d+(?:\.\d+)?$/.test(key) ? Number(key) : Number.NaN;
  if (Number.isFinite(seconds)) return seconds;
  throw new BenchmarkError('input', `a key is ${excerpt(key)}`, {
    location: { file, line },
    hint: 'It must be the start of a window in seconds.',
  });
};

const missing = (path: string, cause: unknown): BenchmarkError =>
  (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new BenchmarkError('file-not-found', `no such file: ${path}`, {
        cause,
        hint: 'Each chunk-<n>-trace.csv needs its chunk-<n>-dataset.json beside it.',
      })
    : new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, { cause, location: { file: path } });

/**
 * Looks up where a client's `chunk-*-dataset.json` has what: an object with the start of a stretch of time in seconds as
 * key, whose `input_tokens` and `output_tokens` are texts of Python dictionaries, of lengths and their probabilities. A
 * stretch lasts until the next one; times before the first belong to it.
 *
 * @throws BenchmarkError `file-not-found`; `input` with `file:line`
 */
export const openClientLengths = async (path: string): Promise<ClientLengths> => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  const entries = objectEntries(bytes, path)
    .map((entry) => ({ ...entry, seconds: secondsOf(entry, path) }))
    .sort((a, b) => a.seconds - b.seconds);
  return {
    sha256: hash('sha256', bytes),
    stretchAt(seconds) {
      if (entries.length === 0) return undefined;
      const later = firstWhere(0, entries.length, (index) => (entries[index]?.seconds as number) > seconds);
      return Math.max(0, later - 1);
    },
    async read(stretch) {
      const entry = entries[stretch] as ObjectEntry;
      const location = { file: path, line: entry.line };
      const window = parseWindow(await slice(path, entry), location);
      const [input, output] = FIELDS.map((name) => tableIn(window, name, location)) as [NumberPairs, NumberPairs];
      if (input.keys.length === 0 || output.keys.length === 0) return null;
      return {
        input: lengthDistribution(input, { name: FIELDS[0], location }),
        output: lengthDistribution(output, { name: FIELDS[1], location }),
        otherFields: Object.keys(window).filter((name) => !(FIELDS as readonly string[]).includes(name)),
      };
    },
  };
};
