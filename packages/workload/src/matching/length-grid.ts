import { firstWhere } from '../first-where.js';
import type { CandidateLengths } from './choose-by-scan.js';
import { createLengthBuckets, type LengthBuckets } from './length-buckets.js';

/** Ranks from `from` up to, not including, `to`. */
export interface RankRange {
  from: number;
  to: number;
}

/** Rows and columns of known output lengths, each from the first up to, not including, the last. */
export interface GridArea {
  rowFrom: number;
  rowTo: number;
  columnFrom: number;
  columnTo: number;
}

/**
 * All prompts in cells: a row for each bucket of prompt lengths, a column for each of output lengths, and after these a
 * column for output lengths that are not known. Ranks number the prompts row by row and in a row column by column; in a
 * cell, in the order of their numbers.
 */
export interface LengthGrid {
  readonly rows: LengthBuckets;
  /** Known output lengths; the column of those that are not known is number `columns.count`. */
  readonly columns: LengthBuckets;
  /** The prompt at a rank. */
  promptAt(rank: number): number;
  /** Prompts in an area, those in its columns alone. */
  countKnown(area: GridArea): number;
  /** Prompts in an area and, in its rows, those whose output length is not known. */
  count(area: GridArea): number;
  /** Rank of one of the `count` prompts, counted from 0 row by row. */
  rankOf(area: GridArea, offset: number): number;
  /** The row of the prompt at `offset`: its ranks in the area, and how many prompts the area has up to its end. */
  rowAt(area: GridArea, offset: number): { known: RankRange; unknown: RankRange; end: number };
  /** The ranks of a cell. */
  cell(row: number, column: number): RankRange;
}

const sortedLengths = (count: number, lengthOf: (prompt: number) => number | null): Uint32Array => {
  const lengths = new Uint32Array(count);
  let known = 0;
  for (let prompt = 0; prompt < count; prompt++) {
    const length = lengthOf(prompt);
    if (length !== null) lengths[known++] = length;
  }
  return lengths.subarray(0, known).sort();
};

/** Puts the prompts in order of their cells, and counts those in cells before each: rows before it, columns before it. */
const sortByCell = (cellOf: Uint32Array, rows: number, width: number): { order: Uint32Array; before: Uint32Array } => {
  const sizes = new Uint32Array(rows * width);
  for (const cell of cellOf) sizes[cell] = (sizes[cell] ?? 0) + 1;

  const stride = width + 1;
  const before = new Uint32Array((rows + 1) * stride);
  const next = new Uint32Array(rows * width);
  let rank = 0;
  for (let row = 0; row < rows; row++) {
    const rowRank = rank;
    for (let column = 0; column < width; column++) {
      const cell = row * width + column;
      next[cell] = rank;
      rank += sizes[cell] ?? 0;
      before[(row + 1) * stride + column + 1] = (before[row * stride + column + 1] ?? 0) + rank - rowRank;
    }
  }

  const order = new Uint32Array(cellOf.length);
  for (const [prompt, cell] of cellOf.entries()) {
    const place = next[cell] ?? 0;
    order[place] = prompt;
    next[cell] = place + 1;
  }
  return { order, before };
};

/**
 * Puts `count` prompts into a grid: 4 bytes each, and 4 bytes a cell. Lengths as they come make some 200 rows and columns,
 * 0.2 MB; no lengths make more than 800, 2.5 MB.
 *
 * @param lengths whole numbers below 2^32
 */
export const createLengthGrid = (count: number, lengths: CandidateLengths): LengthGrid => {
  const rows = createLengthBuckets(sortedLengths(count, lengths.promptTokens));
  const columns = createLengthBuckets(sortedLengths(count, lengths.outputTokens));
  const unknown = columns.count;
  const width = unknown + 1;
  const stride = width + 1;

  const cellOf = new Uint32Array(count);
  for (let prompt = 0; prompt < count; prompt++) {
    const outputTokens = lengths.outputTokens(prompt);
    const column = outputTokens === null ? unknown : columns.firstReaching(outputTokens);
    cellOf[prompt] = rows.firstReaching(lengths.promptTokens(prompt)) * width + column;
  }
  const { order, before } = sortByCell(cellOf, rows.count, width);

  const countBefore = (row: number, column: number): number => before[row * stride + column] ?? 0;
  /** Prompts of an area in rows before `row`, were its first row 0. */
  const countAbove = (row: number, { columnFrom, columnTo }: GridArea): number =>
    countBefore(row, columnTo) - countBefore(row, columnFrom) + countBefore(row, width) - countBefore(row, unknown);
  const rowOf = (area: GridArea, offset: number): number => {
    const wanted = countAbove(area.rowFrom, area) + offset;
    return firstWhere(area.rowFrom, area.rowTo, (row) => countAbove(row + 1, area) > wanted);
  };
  /** Rank of the first prompt in a cell or, in its row, after it. */
  const rankBefore = (row: number, column: number): number =>
    countBefore(row, width) + countBefore(row + 1, column) - countBefore(row, column);

  return {
    rows,
    columns,
    promptAt: (rank) => order[rank] ?? 0,
    countKnown: ({ rowFrom, rowTo, columnFrom, columnTo }) =>
      countBefore(rowTo, columnTo) -
      countBefore(rowTo, columnFrom) -
      countBefore(rowFrom, columnTo) +
      countBefore(rowFrom, columnFrom),
    count: (area) => countAbove(area.rowTo, area) - countAbove(area.rowFrom, area),
    rankOf(area, offset) {
      const row = rowOf(area, offset);
      const inRow = offset - (countAbove(row, area) - countAbove(area.rowFrom, area));
      const from = rankBefore(row, area.columnFrom);
      const known = rankBefore(row, area.columnTo) - from;
      return inRow < known ? from + inRow : rankBefore(row, unknown) + inRow - known;
    },
    rowAt(area, offset) {
      const row = rowOf(area, offset);
      return {
        known: { from: rankBefore(row, area.columnFrom), to: rankBefore(row, area.columnTo) },
        unknown: { from: rankBefore(row, unknown), to: rankBefore(row, width) },
        end: countAbove(row + 1, area) - countAbove(area.rowFrom, area),
      };
    },
    cell: (row, column) => ({ from: rankBefore(row, column), to: rankBefore(row, column + 1) }),
  };
};
