import { BenchmarkError } from '@aibrix/core/errors';
import { type RowRules, rowCheck } from './row-check.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Rows as they come, each looked at. Not a generator, which would make every row wait longer. */
const checkedRows = (reader: TraceReader, rules: RowRules): AsyncIterator<TraceRow> => {
  const check = rowCheck(rules);
  const rows = reader[Symbol.asyncIterator]();
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await rows.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      const next = await rows.next();
      if (next.done) return next;
      try {
        check(next.value);
      } catch (error) {
        await end();
        throw error;
      }
      return next;
    },
    return: end,
  };
};

const readerOf = (reader: TraceReader, rules: RowRules): TraceReader => ({
  name: reader.name,
  ...(reader.blockTokens !== undefined && { blockTokens: reader.blockTokens }),
  notes: () => reader.notes?.() ?? [],
  identity: () => reader.identity?.() ?? {},
  [Symbol.asyncIterator]: () => checkedRows(reader, rules),
});

/**
 * A trace whose rows need not be trusted: one that cannot be used is an error with the reader's name and the row's number.
 *
 * @throws BenchmarkError `usage` for `blockTokens` that are no whole number, at least 1; `input`, while it is read
 */
export const checkedTrace = (reader: TraceReader): TraceReader => {
  const { name, blockTokens } = reader;
  if (blockTokens !== undefined && !(Number.isSafeInteger(blockTokens) && blockTokens >= 1)) {
    throw new BenchmarkError('usage', `${name}: blockTokens is ${blockTokens}`, {
      hint: 'It must be a whole number of tokens, at least 1.',
    });
  }
  return {
    ...readerOf(reader, { name, blockTokens, isSorted: true, leastMs: 0 }),
    inFileOrder: readerOf(reader.inFileOrder ?? reader, {
      name,
      blockTokens,
      isSorted: false,
      leastMs: Number.NEGATIVE_INFINITY,
    }),
  };
};
