import { firstWhere } from '../first-where.js';
import type { CandidateLengths } from './choose-by-scan.js';

/** Prompt lengths of one row differ by at most this factor. */
const LENGTH_RATIO = 1.05;

/** Prompts of about the same length, as a range of ranks: in order of output length, those that are not known last. */
export interface LengthRow {
  /** Prompt lengths in it, both included. */
  shortest: number;
  longest: number;
  /** First rank. */
  from: number;
  /** Rank after the last prompt whose output length is known. */
  knownTo: number;
  /** Rank after the last prompt. */
  to: number;
}

/** All prompts in rows of about the same length. */
export interface LengthRows {
  /** In order of prompt length; none is empty. */
  rows: readonly LengthRow[];
  /** The prompt at each rank. */
  order: Uint32Array;
}

/** Shortest length of each row. Short lengths have a row each. */
const rowStarts = (longest: number): number[] => {
  const starts = [0];
  for (let start = 1; start <= longest; start = Math.ceil(start * LENGTH_RATIO)) starts.push(start);
  return starts;
};

/**
 * Sorts `count` prompts into rows, in 4 bytes each.
 *
 * @param options.byPromptLength false puts all prompts into one row: for wanted output lengths alone
 */
export const createLengthRows = (
  count: number,
  lengths: CandidateLengths,
  options: { byPromptLength: boolean },
): LengthRows => {
  const order = new Uint32Array(count).map((_, index) => index);
  const longest = order.reduce((most, prompt) => Math.max(most, lengths.promptTokens(prompt)), 0);
  const starts = options.byPromptLength ? rowStarts(longest) : [0];
  const rowOf = new Uint16Array(count).map((_, prompt) => {
    const length = lengths.promptTokens(prompt);
    return firstWhere(0, starts.length, (row) => (starts[row] ?? 0) > length) - 1;
  });
  const outputOf = (prompt: number): number => lengths.outputTokens(prompt) ?? Number.MAX_SAFE_INTEGER;
  order.sort(
    (a, b) =>
      (rowOf[a] ?? 0) - (rowOf[b] ?? 0) ||
      outputOf(a) - outputOf(b) ||
      lengths.promptTokens(a) - lengths.promptTokens(b) ||
      a - b,
  );

  const rows: LengthRow[] = [];
  for (let from = 0; from < count; ) {
    const number = rowOf[order[from] ?? 0] ?? 0;
    const to = firstWhere(from, count, (rank) => (rowOf[order[rank] ?? 0] ?? 0) > number);
    const knownTo = firstWhere(from, to, (rank) => lengths.outputTokens(order[rank] ?? 0) === null);
    const next = starts[number + 1];
    rows.push({
      shortest: starts[number] ?? 0,
      longest: next === undefined ? longest : next - 1,
      from,
      knownTo,
      to,
    });
    from = to;
  }
  return { rows, order };
};
