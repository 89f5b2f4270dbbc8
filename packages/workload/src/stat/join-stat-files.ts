import { BenchmarkError } from '@aibrix/core/errors';
import { countNote } from '../count-note.js';
import type { StatRole } from './choose-columns.js';
import type { StatedLength, StatFile, StatRow } from './read-stat-file.js';
import type { LengthStatistic } from './stat-steps.js';

/** A row of the traffic file with the lengths of its time; null where the export has no value. */
export interface JoinedRow {
  timeMs: number;
  rate: number | null;
  prompt: LengthStatistic | null;
  output: LengthStatistic | null;
}

/** Files that are read for prompt and output lengths; absent where there are none. */
export interface StatFiles {
  traffic: StatFile;
  prompt?: StatFile | undefined;
  output?: StatFile | undefined;
}

/** The length that is meant, now that the rate is known. */
const lengthOf = (
  stated: StatedLength | undefined,
  { rate, row, role }: { rate: number | null; row: StatRow | undefined; role: Exclude<StatRole, 'rate'> },
): LengthStatistic | null => {
  switch (stated?.kind) {
    case 'percentiles':
      return stated;
    case 'mean':
      // No request has a mean of 0 tokens: it is what an export writes where there were no requests.
      return stated.tokens > 0 ? stated : null;
    case 'tokens-per-second':
      return rate && stated.tokens > 0 ? { kind: 'mean', tokens: stated.tokens / rate } : null;
    case 'zeros':
      if (!rate) return null;
      throw new BenchmarkError('input', `${role} lengths: all percentiles are 0, and the rate is ${rate}`, {
        location: row?.location,
        hint: 'A length must be above 0 tokens; leave the cells empty where lengths are not known.',
      });
    default:
      return null;
  }
};

const joinRole = (
  files: StatFiles,
  role: Exclude<StatRole, 'rate'>,
  notes: string[],
): ((row: StatRow) => LengthStatistic | null) => {
  const file = files[role];
  if (!file) return () => null;
  const { traffic } = files;
  if (file === traffic) return (row) => lengthOf(row[role], { rate: row.rate ?? null, row, role });
  const byTime = new Map(file.rows.map((row) => [row.timeMs, row]));
  const common = traffic.rows.filter(({ timeMs }) => byTime.has(timeMs)).length;
  if (common === 0) {
    const [first, other] = [file.rows[0]?.location.line, traffic.rows[0]?.location.line];
    throw new BenchmarkError('input', `no row has a time of a row in ${traffic.name}`, {
      location: { file: file.name, line: first },
      hint: `Export both for the same span and step; compare the times with line ${other} of the traffic file, and their zones.`,
    });
  }
  notes.push(
    ...countNote(`rows of the traffic file without a row of ${role} lengths`, traffic.rows.length - common),
    ...countNote(`rows of ${role} lengths without a row of the traffic file, left out`, file.rows.length - common),
  );
  return (row) => {
    const found = byTime.get(row.timeMs);
    return lengthOf(found?.[role], { rate: row.rate ?? null, row: found, role });
  };
};

/**
 * Rows of the traffic file, with the lengths that the files of lengths have for the same time.
 *
 * @throws BenchmarkError `input` where files have no time in common, and where percentiles are 0 beside a rate above 0
 */
export const joinStatFiles = (files: StatFiles): { rows: JoinedRow[]; notes: string[] } => {
  const notes: string[] = [];
  const promptOf = joinRole(files, 'prompt', notes);
  const outputOf = joinRole(files, 'output', notes);
  const rows = files.traffic.rows.map((row) => ({
    timeMs: row.timeMs,
    rate: row.rate ?? null,
    prompt: promptOf(row),
    output: outputOf(row),
  }));
  return { rows, notes };
};
