import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import type { PlainPrompt, PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createUniqueIds } from '../conversation/unique-ids.js';
import { countNote } from '../gather/count-note.js';
import { gatherByKey, type KeyedValue } from '../gather/gather-by-key.js';
import { answersBehindGap, type RecordedTurn, recordedSession } from '../gather/recorded-session.js';
import type { GeneratedDataset } from '../generated-dataset.js';
import { type TableOptions, type TableSettings, tableSettings } from './options.js';
import { type RowValues, rowValues } from './row-values.js';
import { describeColumns, type TableColumns } from './table-columns.js';
import { csvTableRows, jsonlTableRows, type TableReading, type TableRow } from './table-rows.js';

const GENERATOR = 'table';

type Counter = Pick<Tokenizer, 'count'> | undefined;

/** A row with a prompt. */
interface PromptRow {
  session: string | number | null;
  system: string | null;
  turn: RecordedTurn;
  /** Of the row, from 0. */
  index: number;
}

const newCounts = () => ({ rows: 0, withoutPrompt: 0, lone: 0, otherSystem: 0, answersBehindGap: 0, stated: 0 });
type Counts = ReturnType<typeof newCounts>;

const rowsOf = (settings: TableSettings, reading: TableReading): AsyncGenerator<TableRow> =>
  settings.delimiter === null ? jsonlTableRows(reading) : csvTableRows(reading, settings.delimiter);

/** A length as the table states it, else counted. */
const lengthReader = (tokenizer: Counter, counts: Counts) => (stated: number | null, text: string | null) => {
  if (stated === null) return text === null || !tokenizer ? null : tokenizer.count(text);
  counts.stated++;
  return stated;
};

const recordedTurn = (prompt: string, values: RowValues, lengthOf: ReturnType<typeof lengthReader>): RecordedTurn => ({
  prompt,
  promptTokens: lengthOf(values.promptTokens, prompt),
  completion: values.completion,
  completionTokens: lengthOf(values.completionTokens, values.completion),
});

const plainPrompt = ({ turn }: PromptRow): PlainPrompt => ({
  prompt: turn.prompt,
  ...(turn.completion !== null && { completion: turn.completion }),
  ...(turn.promptTokens !== null && { token_count: turn.promptTokens }),
  ...(turn.completionTokens !== null && { completion_tokens: turn.completionTokens }),
});

const keyed = async function* (rows: AsyncIterable<PromptRow>): AsyncGenerator<KeyedValue<PromptRow>> {
  for await (const row of rows) {
    // JSON of an id starts with a quote, a sign or a digit.
    yield { key: row.session === null ? `row ${row.index}` : JSON.stringify(row.session), value: row };
  }
};

/** Makes sessions of rows, and counts what its rules changed. */
const createSessionMaker = (counts: Counts) => {
  const ids = createUniqueIds();
  return {
    renamed: ids.renamed,
    session(rows: readonly PromptRow[]): PromptSession {
      const first = rows[0] as PromptRow;
      if (first.session === null) counts.lone++;
      const system = rows.find((row) => row.system !== null)?.system ?? undefined;
      counts.otherSystem += rows.filter((row) => row.system !== null && row.system !== system).length;
      const turns = rows.map(({ turn }) => turn);
      counts.answersBehindGap += answersBehindGap(turns);
      return recordedSession(ids.take(first.session ?? `row-${first.index}`), system, turns);
    },
  };
};

/** What a reading has found so far. */
interface Progress {
  counts: Counts;
  columns: TableColumns | null;
  sessions: ReturnType<typeof createSessionMaker>;
}

const newProgress = (): Progress => {
  const counts = newCounts();
  return { counts, columns: null, sessions: createSessionMaker(counts) };
};

const notesOf = ({ counts, columns, sessions }: Progress, settings: TableSettings, tokenizer: Counter): string[] => [
  ...(columns && !settings.columns ? [`columns found by their names: ${describeColumns(columns)}`] : []),
  ...countNote('rows without a prompt, left out', counts.withoutPrompt),
  ...countNote('rows without a session, made sessions of their own', counts.lone),
  ...countNote('system messages that differ from the first of their session, left out', counts.otherSystem),
  ...countNote('answers after a turn without one, left out', counts.answersBehindGap),
  ...(tokenizer ? countNote('lengths as the table states them, not counted', counts.stated) : []),
  ...countNote('session ids that were there before, renamed', sessions.renamed()),
];

const promptRows = async function* (
  rows: AsyncIterable<TableRow>,
  progress: Progress,
  tokenizer: Counter,
): AsyncGenerator<PromptRow> {
  const { counts } = progress;
  const lengthOf = lengthReader(tokenizer, counts);
  for await (const row of rows) {
    const index = counts.rows++;
    const values = rowValues(row, progress.columns as TableColumns);
    if (values.prompt === null) counts.withoutPrompt++;
    else {
      const turn = recordedTurn(values.prompt, values, lengthOf);
      yield { session: values.session, system: values.system, turn, index };
    }
  }
};

const startingWith = async function* <T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
};

const recordsOf = async function* (
  rows: AsyncIterable<PromptRow>,
  { columns, sessions }: Progress,
  signal: AbortSignal | undefined,
): AsyncGenerator<PlainPrompt | PromptSession> {
  if (columns?.session !== undefined) {
    for await (const { values } of gatherByKey(keyed(rows), { signal })) yield sessions.session(values);
    return;
  }
  const isPlain = columns?.system === undefined;
  for await (const row of rows) yield isPlain ? plainPrompt(row) : sessions.session([row]);
};

/**
 * Prompts out of a table: a CSV or TSV file with a header, or JSONL whose fields are the columns.
 *
 * - `columns` says which column holds what. Without it they are found by usual names (`prompt`, `question`, …;
 *   `completion`, `answer`, …; `session_id`, …; `system`, …), in any case, and the notes and `origin.options` say which.
 * - With a session column, rows of one session anywhere in the file make one session, in the order of the rows; sessions in
 *   the order of their first rows. A row without a session is one of its own, called `row-<index>`, counted from 0.
 * - Without a session column each row is a plain prompt; with a system column, a session of one prompt.
 * - Prompts keep their spaces. Rows without a prompt are left out and counted.
 * - A length that a column states is taken; others are counted with the tokenizer.
 *
 * Memory does not grow with the rows; with a session column it holds about 24 bytes a row and the ids, texts wait in a
 * temporary file. Nothing is drawn, so there is no seed.
 *
 * @param tokenizer counts the tokens of prompts and answers, without special tokens; without it only stated lengths are
 *   given
 * @param running.signal ends a reading before it has given a record, too; its reason is thrown
 * @throws BenchmarkError `usage` that names every problem of the options. While reading: `file-not-found`; `input` with
 *   `file:line` for a column that is not there (the header's, or none of the first 1,000 records has it), for a value that
 *   is no text or no number, and when no row has a prompt
 */
export const table = (
  options: TableOptions,
  tokenizer?: Pick<Tokenizer, 'name' | 'sha256' | 'count'> | undefined,
  running: { signal?: AbortSignal | undefined } = {},
): GeneratedDataset<PlainPrompt | PromptSession> => {
  const settings = tableSettings(options);
  const { path, columns } = settings;
  const { signal } = running;
  let progress = newProgress();

  const records = async function* (reading: Progress): AsyncGenerator<PlainPrompt | PromptSession> {
    const onColumns = (found: TableColumns): void => {
      reading.columns = found;
    };
    const rows = promptRows(rowsOf(settings, { path, columns, onColumns, signal }), reading, tokenizer);
    try {
      // The columns are known when the first row is.
      const first = await rows.next();
      if (!first.done) yield* recordsOf(startingWith(first.value, rows), reading, signal);
    } finally {
      await rows.return(undefined);
    }
  };

  return {
    get origin() {
      return {
        generator: GENERATOR,
        options: { ...settings, columns: progress.columns ?? columns },
        seed: null,
        tokenizer: tokenizer && { name: tokenizer.name, sha256: tokenizer.sha256 },
      };
    },
    findings: () => ({
      statistics: { rows_read: progress.counts.rows },
      notes: notesOf(progress, settings, tokenizer),
    }),
    async *[Symbol.asyncIterator]() {
      const reading = newProgress();
      progress = reading;
      let isEmpty = true;
      for await (const record of records(reading)) {
        isEmpty = false;
        yield record;
      }
      if (!isEmpty) return;
      throw new BenchmarkError('input', 'holds no prompt', {
        location: { file: path === STDIO ? '<stdin>' : path },
        hint:
          reading.counts.rows === 0
            ? 'It has no rows.'
            : `Its rows: ${notesOf(reading, settings, tokenizer).join('; ')}.`,
      });
    },
  };
};
