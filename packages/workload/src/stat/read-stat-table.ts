import { BenchmarkError } from '@aibrix/core/errors';
import { countNote } from '../count-note.js';
import type { StatRole, StatTraceType } from './choose-columns.js';
import { fillSteps } from './fill-steps.js';
import { listNames } from './find-column.js';
import { joinStatFiles, type StatFiles } from './join-stat-files.js';
import { readStatFile, type StatFile } from './read-stat-file.js';
import { type MappedColumns, mappedColumns, type StatColumns } from './stat-columns.js';
import type { StatSteps } from './stat-steps.js';

/** Options of `readStatTable`. */
export interface ReadStatTableOptions {
  /** The file with the rate (`.gz` and `.zst` are decompressed; `-` is stdin). Its rows are the steps. */
  trafficFile: string;
  /**
   * The file with prompt lengths. Default: in `maas` none; in `cloudide` the file of the output lengths; in `general` the
   * traffic file, where columns are named for them.
   */
  promptLenFile?: string | undefined;
  /** The file with output lengths; as `promptLenFile`. */
  completionLenFile?: string | undefined;
  /** Where the metrics were exported from. */
  traceType: StatTraceType;
  /** Which columns hold what, where their names do not tell; needed in `general`. */
  columns?: StatColumns | undefined;
  /** Ends the reading; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** A file that was read. */
interface StatSource {
  name: string;
  /** Of its content, decompressed. */
  sha256: string | null;
}

/** What `readStatTable` gives. */
export interface StatTable extends StatSteps {
  files: StatSource[];
}

/** Which file is read for what; a role without a file has none. */
const pathsOf = (
  { trafficFile, promptLenFile, completionLenFile, traceType }: ReadStatTableOptions,
  mapped: MappedColumns,
): Record<StatRole, string | undefined> => {
  const own = { prompt: promptLenFile, output: completionLenFile };
  const other = traceType === 'cloudide' ? { prompt: completionLenFile, output: promptLenFile } : undefined;
  const pathOf = (role: 'prompt' | 'output'): string | undefined =>
    own[role] ?? other?.[role] ?? (mapped[role] ? trafficFile : undefined);
  return { rate: trafficFile, prompt: pathOf('prompt'), output: pathOf('output') };
};

const checkGeneral = (
  { promptLenFile, completionLenFile, traceType }: ReadStatTableOptions,
  mapped: MappedColumns,
): void => {
  if (traceType !== 'general') return;
  const needed = [
    ...(mapped.rate === undefined ? ['rate'] : []),
    ...(promptLenFile !== undefined && !mapped.prompt ? ['prompt_p50 (or prompt_mean, prompt_rate)'] : []),
    ...(completionLenFile !== undefined && !mapped.output ? ['output_p50 (or output_mean, output_rate)'] : []),
  ];
  if (needed.length === 0) return;
  throw new BenchmarkError('usage', `the general form needs columns for ${needed.join(', ')}`, {
    hint: "Name them: --columns 'rate=Success,prompt_p50=P50,prompt_p99=P99'.",
  });
};

const fileNotes = (
  { name, tally, passedOver, hasNoZone }: StatFile,
  needed: { missingRates: number; zone: boolean },
): string[] => {
  const counts = [
    ...countNote('rows that were not in order of time, and were put so', tally.outOfOrder),
    ...countNote('figures with a magnitude or unit, which the export may have rounded', tally.rounded),
    ...countNote('rows with one percentile alone, taken as none', tally.singlePercentiles),
    ...countNote('rates without a value, taken as 0', needed.missingRates),
    ...(passedOver.length > 0 ? [`columns passed over: ${listNames(passedOver)}`] : []),
    ...(hasNoZone && needed.zone ? ['dates without a zone, taken as UTC'] : []),
  ];
  return counts.map((note) => `${name}: ${note}`);
};

/** In `cloudide` no value is a rate of 0; elsewhere it is not known. */
const withZeroRates = (file: StatFile): { file: StatFile; missingRates: number } => {
  const missingRates = file.rows.filter(({ rate }) => rate === null).length;
  const rows = file.rows.map((row) => (row.rate === null ? { ...row, rate: 0 } : row));
  return { file: { ...file, rows }, missingRates };
};

/** Reads each file once, for all that it is wanted for. */
const readFiles = async (
  paths: Record<StatRole, string | undefined>,
  options: ReadStatTableOptions,
  mapped: MappedColumns,
): Promise<Record<StatRole, StatFile | undefined>> => {
  const { traceType, signal } = options;
  const files = new Map<string, StatFile>();
  const roles = (['rate', 'prompt', 'output'] as const).filter((role) => paths[role] !== undefined);
  for (const path of new Set(roles.map((role) => paths[role] as string))) {
    const wanted = roles.filter((role) => paths[role] === path);
    files.set(path, await readStatFile(path, { roles: wanted, traceType, mapped, signal }));
  }
  const fileOf = (role: StatRole): StatFile | undefined => files.get(paths[role] ?? '');
  return { rate: fileOf('rate'), prompt: fileOf('prompt'), output: fileOf('output') };
};

const refuseEmpty = (problem: string, { file, hint }: { file: StatFile; hint: string }): BenchmarkError =>
  new BenchmarkError('input', problem, { location: { file: file.name, line: file.rows[0]?.location.line }, hint });

/**
 * Reads exported metrics, a row for each step of time, as Grafana exports them "series joined by time": rates and lengths in
 * one file or in several, which are joined by time.
 *
 * The usual step is the median gap between rows; a step lasts until the next row. Of missing rows and rates at most three
 * in a row get a rate between their neighbours, others 0. Each rule that changed something is counted in the notes.
 *
 * @throws BenchmarkError `usage` for columns that cannot be meant; `file-not-found`; `input` with `file:line` and a hint
 *   for what cannot be read, or may be read in two ways
 */
export const readStatTable = async (options: ReadStatTableOptions): Promise<StatTable> => {
  const mapped = mappedColumns(options.columns ?? {});
  checkGeneral(options, mapped);
  const found = await readFiles(pathsOf(options, mapped), options, mapped);
  const read = found.rate as StatFile;
  const { file: traffic, missingRates } =
    options.traceType === 'cloudide' ? withZeroRates(read) : { file: read, missingRates: 0 };
  if (traffic.rows.length < 2) {
    throw refuseEmpty(`there are too few rows: ${traffic.rows.length} of 2`, {
      file: traffic,
      hint: 'How long a step is shows in the gap between rows: export a longer span.',
    });
  }
  const inPlace = (file: StatFile | undefined): StatFile | undefined => (file === read ? traffic : file);
  const files: StatFiles = { traffic, prompt: inPlace(found.prompt), output: inPlace(found.output) };
  const { rows, notes: joinNotes } = joinStatFiles(files);
  const { stepMs, steps, notes: stepNotes } = fillSteps(rows);
  // Without a request there is nothing that lengths would be missing for.
  const hasRequests = steps.some(({ ratePerSecond }) => ratePerSecond > 0);
  for (const role of ['prompt', 'output'] as const) {
    const file = files[role];
    if (!file || !hasRequests || steps.some((step) => step[role])) continue;
    throw refuseEmpty(`no row has ${role} lengths`, {
      file,
      hint: `Check the columns, or name others: --columns '${role}_p50=…'.`,
    });
  }
  const all = [...new Set([traffic, files.prompt, files.output])].filter((file) => file !== undefined);
  const hasZones = all.some(({ hasNoZone }) => !hasNoZone);
  return {
    stepMs,
    startTimeMs: rows[0]?.timeMs ?? 0,
    steps,
    notes: [
      ...all.flatMap((file) =>
        fileNotes(file, { missingRates: file === traffic ? missingRates : 0, zone: hasZones && all.length > 1 }),
      ),
      ...joinNotes,
      ...stepNotes,
    ],
    files: all.map(({ name, sha256 }) => ({ name, sha256 })),
  };
};
