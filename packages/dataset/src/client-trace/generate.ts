import { regularFile, STDIO } from '@aibrix/core/files';
import { parseOptions } from '@aibrix/core/validation';
import type { PlainPrompt, PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { gatherByKey, type KeyedValue } from '../gather/gather-by-key.js';
import type { GeneratedDataset } from '../generated-dataset.js';
import { type ClientTraceOptions, clientTraceOptionsSchema } from './options.js';
import { createRecordBuilder, type LoneSession, type RecordBuilder } from './record-builder.js';
import { nothingUsable, resultNotes } from './result-notes.js';
import { type SessionTurn, sessionTurn } from './session-turns.js';
import { newResultTally, type ResultTally, type UsableResult, usableResults } from './usable-results.js';

const GENERATOR = 'client_trace';

interface ResultFile {
  path: string;
  /** What to call it in messages. */
  name: string;
}

/** Whether a result can only be told as a session. */
const isOfSession = ({ result, input }: UsableResult): boolean => result.session_id != null || input.length > 1;

/** @throws BenchmarkError `input` when no result can be used */
const hasSessions = async (file: ResultFile, signal: AbortSignal | undefined): Promise<boolean> => {
  const tally = newResultTally();
  let isEmpty = true;
  for await (const usable of usableResults(file, tally, signal)) {
    if (isOfSession(usable)) return true;
    isEmpty = false;
  }
  if (isEmpty) throw nothingUsable(file.name, tally);
  return false;
};

type GatheredResult = { sessionId: string | number; turn: SessionTurn } | { sessionId: null; lone: LoneSession };

const byKey = async function* (
  results: AsyncIterable<UsableResult>,
  builder: RecordBuilder,
  tally: ResultTally,
): AsyncGenerator<KeyedValue<GatheredResult>> {
  /** Of each session, the fewest exchanges that a turn had before it: the first turn's history is the shortest. */
  const shortest = new Map<string, number>();
  let lones = 0;
  for await (const usable of results) {
    const sessionId = usable.result.session_id;
    if (sessionId == null) {
      const lone = builder.loneSession(usable);
      // JSON of an id starts with a quote, a sign or a digit.
      if (lone) yield { key: `request ${lones++}`, value: { sessionId: null, lone } };
      continue;
    }
    const key = JSON.stringify(sessionId);
    const turn = sessionTurn(usable);
    if (!turn) {
      tally.withoutQuestion++;
      continue;
    }
    const isShortest = turn.exchangesBefore < (shortest.get(key) ?? Number.POSITIVE_INFINITY);
    if (isShortest) shortest.set(key, turn.exchangesBefore);
    // Histories of later turns are what earlier ones say, again.
    yield { key, value: { sessionId, turn: isShortest ? turn : { ...turn, history: [] } } };
  }
};

const sessionOf = (values: readonly GatheredResult[], builder: RecordBuilder): PromptSession => {
  const first = values[0] as GatheredResult;
  if (first.sessionId === null) return builder.finishLoneSession(first.lone);
  return builder.rebuiltSession(
    first.sessionId,
    values.flatMap((value) => (value.sessionId === null ? [] : [value.turn])),
  );
};

/**
 * What a client sent and got, as a dataset again, answers and their lengths included. Results are those of
 * our client or of the Python tool.
 *
 * - Errors, and results without the text that was sent, are left out and counted.
 * - Results with a `session_id` become one session: turns ordered by `turn`, where some lack it by `start_time`, else by
 *   the length of their history and as they stand; a prompt is what the user said after the last answer in `input`. The
 *   first turn's input also gives the system message, and the exchanges before it.
 * - A result without a session and with one user message becomes a plain prompt, one with more messages a session called
 *   `request-<request_id>`, by the rule of `createFolder`.
 * - Workloads take sessions or plain prompts, not both: if anything in the file is a session, everything becomes one.
 *   Whether that is so is found out by a first reading, which ends at the first session.
 *
 * Lengths of answers are the server's `output_tokens` unless a tokenizer is given. The server's `prompt_tokens` count the
 * template and the history, so prompts have lengths only with a tokenizer.
 *
 * Memory does not grow with plain results; of sessions it holds about 24 bytes a turn and the ids, texts wait in a temporary
 * file. Nothing is drawn, so there is no seed.
 *
 * @param tokenizer counts the tokens of prompts and answers, without special tokens
 * @param running.signal ends a reading before it has given a record, too; its reason is thrown
 * @throws BenchmarkError `usage` for its options. While reading: `file-not-found`; `input` with `file:line` for a line that
 *   is no result, and when no result can be used
 */
export const clientTrace = (
  options: ClientTraceOptions,
  tokenizer?: Pick<Tokenizer, 'name' | 'sha256' | 'count'> | undefined,
  running: { signal?: AbortSignal | undefined } = {},
): GeneratedDataset<PlainPrompt | PromptSession> => {
  const settings = parseOptions(clientTraceOptionsSchema, options, GENERATOR);
  const { signal } = running;
  const name = settings.path === STDIO ? '<stdin>' : settings.path;
  let tally = newResultTally();
  let builder = createRecordBuilder(tokenizer);

  return {
    origin: {
      generator: GENERATOR,
      options: { ...settings },
      seed: null,
      tokenizer: tokenizer && { name: tokenizer.name, sha256: tokenizer.sha256 },
    },
    findings: () => ({
      statistics: { results_read: tally.read, errors_by_type: Object.fromEntries(tally.errors) },
      notes: [...resultNotes(tally), ...builder.notes()],
    }),
    async *[Symbol.asyncIterator]() {
      const counting = newResultTally();
      const building = createRecordBuilder(tokenizer);
      tally = counting;
      builder = building;
      const readable = await regularFile(settings.path, { signal });
      try {
        const file = { path: readable.path, name };
        const isSessions = await hasSessions(file, signal);
        const results = usableResults(file, counting, signal);
        if (!isSessions) {
          for await (const usable of results) yield building.plainPrompt(usable);
          return;
        }
        const groups = gatherByKey(byKey(results, building, counting), { signal });
        for await (const { values } of groups) yield sessionOf(values, building);
      } finally {
        await readable.remove();
      }
    },
  };
};
