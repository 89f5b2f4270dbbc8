import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { excerpt } from './row-values.js';
import { earlierRow } from './time-order.js';
import type { TraceRow } from './trace-reader.js';

/** What the rows of a trace are checked against. */
export interface RowRules {
  /** The trace's name, for messages. */
  name: string;
  /** Tokens of each block; undefined where rows must name none. */
  blockTokens: number | undefined;
  /** False for rows that will be sorted: they may go back. */
  isSorted: boolean;
  /** Smallest time: 0, but for a dated trace that will be sorted, which counts from the first row of its file. */
  leastMs: number;
}

/** Checks the next row. In messages its number stands for its line. */
export type RowCheck = (row: TraceRow) => void;

const problem = (message: string, hint: string, location: InputLocation): BenchmarkError =>
  new BenchmarkError('input', message, { location, hint });

/** NaN and infinity as they are: JSON would say null. */
const shown = (value: unknown): string => (typeof value === 'number' ? `${value}` : excerpt(value));

/** No text has more. */
const MAX_TOKENS = 2 ** 31 - 1;

const isCount = (value: unknown, minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;

const checkTokens = ({ inputTokens, outputTokens }: TraceRow, location: () => InputLocation): void => {
  if (!isCount(inputTokens, 1, MAX_TOKENS)) {
    const hint = `It must be a whole number from 1 to ${MAX_TOKENS}.`;
    throw problem(`inputTokens is ${shown(inputTokens)}`, hint, location());
  }
  if (outputTokens !== null && !isCount(outputTokens, 0, MAX_TOKENS)) {
    const hint = `It must be a whole number from 0 to ${MAX_TOKENS}, or null where the trace does not say.`;
    throw problem(`outputTokens is ${shown(outputTokens)}`, hint, location());
  }
};

const checkBlocks = (row: TraceRow, blockTokens: number | undefined, location: () => InputLocation): void => {
  const { blocks, inputTokens } = row;
  if (blocks === undefined) return;
  if (!Array.isArray(blocks)) {
    throw problem(`blocks is ${shown(blocks)}`, 'It must be a list of whole numbers.', location());
  }
  if (blockTokens === undefined) {
    const hint = 'State in the reader how many tokens a block has (blockTokens).';
    throw problem('the row names blocks, and the reader does not say of how many tokens', hint, location());
  }
  const wrong = blocks.findIndex((block) => !isCount(block, 0));
  if (wrong !== -1) {
    throw problem(
      `blocks holds ${shown(blocks[wrong])}`,
      'A block is named by a whole number, at least 0.',
      location(),
    );
  }
  const most = Math.ceil(inputTokens / blockTokens);
  if (blocks.length > most) {
    const hint = `A block stands for ${blockTokens} tokens, the last for what is left: there may be ${most}; tokens beyond the blocks are the prompt's own.`;
    throw problem(`${blocks.length} blocks are more than inputTokens ${inputTokens} needs`, hint, location());
  }
};

/**
 * Starts a check of rows, which is called with each of them in turn.
 *
 * Blocks may be fewer than the tokens need, since what is beyond them is the prompt's own, and not more.
 */
export const rowCheck = ({ name, blockTokens, isSorted, leastMs }: RowRules): RowCheck => {
  let number = 0;
  let previousMs = Number.NEGATIVE_INFINITY;
  const location = (): InputLocation => ({ file: name, line: number });
  return (row) => {
    number++;
    const { timeMs } = row;
    if (!Number.isFinite(timeMs) || timeMs < leastMs) {
      throw problem(`timeMs is ${shown(timeMs)}`, 'It must be a number of milliseconds, at least 0.', location());
    }
    if (isSorted && timeMs < previousMs) throw earlierRow({ shown: `timeMs ${timeMs}`, location: location() });
    previousMs = timeMs;
    checkTokens(row, location);
    checkBlocks(row, blockTokens, location);
  };
};
