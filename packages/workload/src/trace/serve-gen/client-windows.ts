import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { openHashedInput } from '@aibrix/core/files';
import type { GapFamily } from './gap-shape.js';

/** A stretch of time in which a client asks at one rate. */
export interface ClientWindow {
  startSeconds: number;
  endSeconds: number;
  /** Requests per second. */
  rate: number;
  /** Coefficient of variation of the gaps. */
  cv: number;
  family: GapFamily;
}

/** The windows of a client in which it asks at all, in order of time. */
export interface ClientWindows {
  windows: readonly ClientWindow[];
  /** Where the last one ends, idle ones included. */
  endSeconds: number;
  /** Of the file's content. */
  sha256: string;
}

const FAMILIES: Readonly<Record<string, GapFamily>> = { Gamma: 'gamma', Weibull: 'weibull' };
const COLUMNS = 'start in seconds, rate, CV, pattern, and two parameters';
/** What the published files have; only needed where there is a single window. */
const DEFAULT_WINDOW_SECONDS = 600;

interface WindowRow {
  startSeconds: number;
  rate: number;
  cv: number;
  family: GapFamily | undefined;
}

const numberIn = (text: string | undefined, name: string, location: InputLocation): number => {
  const value = text?.trim() ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new BenchmarkError('input', `the ${name} is "${text}"`, {
    location,
    hint: `It must be a number, at least 0. A row holds ${COLUMNS}.`,
  });
};

const rowOf = (line: string, location: InputLocation): WindowRow => {
  const fields = line.split(',');
  if (fields.length !== 6) {
    throw new BenchmarkError('input', `the row has ${fields.length} fields, not 6`, {
      location,
      hint: `A row holds ${COLUMNS}, and there is no header.`,
    });
  }
  const pattern = (fields[3] as string).trim();
  const family = Object.hasOwn(FAMILIES, pattern) ? FAMILIES[pattern] : undefined;
  if (pattern !== '' && !family) {
    throw new BenchmarkError('input', `the pattern is "${pattern}"`, {
      location,
      hint: 'It must be Gamma or Weibull, or empty where the client is idle.',
    });
  }
  return {
    startSeconds: numberIn(fields[0], 'start', location),
    rate: numberIn(fields[1], 'rate', location),
    cv: numberIn(fields[2], 'CV', location),
    family,
  };
};

const checkOrder = (row: WindowRow, previous: WindowRow | undefined, location: InputLocation): void => {
  if (!previous || row.startSeconds > previous.startSeconds) return;
  throw new BenchmarkError('input', `the start ${row.startSeconds} is not after ${previous.startSeconds}`, {
    location,
    hint: 'Windows must stand in order of time.',
  });
};

/**
 * Reads a client's `chunk-*-trace.csv`: rows without a header, of a window's start in seconds, rate in requests per
 * second, CV of the gaps, pattern (`Gamma`, `Weibull`, or empty where the client is idle), and the shape and scale that
 * were fitted to its gaps. A window lasts until the next one; the last as long as the one before.
 *
 * The fitted parameters are not used: those of Weibull windows have neither the rate nor the CV that stand beside them.
 *
 * @throws BenchmarkError `file-not-found`; `input` with `file:line`
 */
export const readClientWindows = async (path: string): Promise<ClientWindows> => {
  const { name, chunks, end } = await openHashedInput(path);
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const text = Buffer.concat(parts).toString('utf8');
  const rows: WindowRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const location = { file: name, line: index + 1 };
    const row = rowOf(line, location);
    checkOrder(row, rows.at(-1), location);
    rows.push(row);
  }
  const last = rows.at(-1);
  if (!last) throw new BenchmarkError('input', 'the file is empty', { location: { file: name } });
  const lastSeconds = last.startSeconds - (rows.at(-2)?.startSeconds ?? last.startSeconds - DEFAULT_WINDOW_SECONDS);
  const endSeconds = last.startSeconds + lastSeconds;
  const windows = rows.flatMap(({ family, ...row }, index): ClientWindow[] =>
    family && row.rate > 0 ? [{ ...row, family, endSeconds: rows[index + 1]?.startSeconds ?? endSeconds }] : [],
  );
  return { windows, endSeconds, sha256: end()?.sha256 ?? '' };
};
