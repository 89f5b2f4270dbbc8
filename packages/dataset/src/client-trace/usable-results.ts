import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema } from '@aibrix/schema';
import type { Turn } from '../conversation/fold-conversation.js';
import { textTurns } from '../messages/text-turns.js';

/** A success with its text, and the messages that were sent. */
export interface UsableResult {
  result: RequestResult;
  /** At least one is a question. */
  input: Turn[];
}

/** What a reading found. */
export interface ResultTally {
  read: number;
  /** Results that are errors, by their type. */
  errors: Map<string, number>;
  withoutText: number;
  /** Their input has parts other than text, or calls of tools. */
  notText: number;
  withoutQuestion: number;
  /** A last line that a killed client left. */
  cutLines: number;
}

export const newResultTally = (): ResultTally => ({
  read: 0,
  errors: new Map(),
  withoutText: 0,
  notText: 0,
  withoutQuestion: 0,
  cutLines: 0,
});

export const isQuestion = ({ role, text }: Turn): boolean => role === 'user' && /\S/.test(text);

/**
 * The results that a dataset can be made of, in the order of the file; the others are counted.
 *
 * @throws BenchmarkError as `readJsonl`; a last line that was cut off is no error
 */
export const usableResults = async function* (
  file: { path: string; name: string },
  tally: ResultTally,
  signal: AbortSignal | undefined,
): AsyncGenerator<UsableResult> {
  const results = readJsonl(file.path, {
    name: file.name,
    schema: requestResultSchema,
    signal,
    onMalformed: (error, { isTerminated }) => {
      if (isTerminated) throw error;
      tally.cutLines++;
    },
  });
  for await (const result of results) {
    tally.read++;
    if (result.status === 'error') {
      const type = result.error_type ?? 'unknown';
      tally.errors.set(type, (tally.errors.get(type) ?? 0) + 1);
      continue;
    }
    if (!result.input || result.input.length === 0) {
      tally.withoutText++;
      continue;
    }
    const input = textTurns(result.input);
    if (!input) tally.notText++;
    else if (!input.some(isQuestion)) tally.withoutQuestion++;
    else yield { result, input };
  }
};
