import type { CandidateLengths } from './choose-by-scan.js';
import type { LengthBuckets } from './length-buckets.js';
import type { GridArea, LengthGrid } from './length-grid.js';
import { distanceToTarget, relativeDistance, type TargetLengths } from './target-lengths.js';

/** How far lengths in buckets lie from a target at least, as a share of it. */
const leastDistance = (buckets: LengthBuckets, from: number, to: number, target: number | null): number => {
  if (target === null) return 0;
  const shortest = buckets.shortest(from);
  if (shortest > target) return relativeDistance(shortest, target);
  const longest = buckets.longest(to - 1);
  return longest < target ? relativeDistance(longest, target) : 0;
};

/** What a distance in an area is at least, of prompt lengths and of output lengths. */
interface LeastDistances {
  prompt: number;
  output: number;
}

/**
 * The prompt of the least distance to `target`. Areas of the grid are halved, the nearer half first, and left out when
 * they are empty or cannot hold a nearer one than the nearest so far.
 */
export const nearestPrompt = (grid: LengthGrid, lengths: CandidateLengths, target: TargetLengths): number => {
  const { rows, columns } = grid;
  let nearest = 0;
  let nearestDistance = Number.POSITIVE_INFINITY;

  const searchCell = (row: number, column: number, least: number): void => {
    const { from, to } = grid.cell(row, column);
    for (let rank = from; rank < to && nearestDistance > least; rank++) {
      const prompt = grid.promptAt(rank);
      const distance = distanceToTarget(lengths.promptTokens(prompt), lengths.outputTokens(prompt), target);
      if (distance < nearestDistance) [nearest, nearestDistance] = [prompt, distance];
    }
  };

  const search = (area: GridArea, least: LeastDistances): void => {
    if (least.prompt + least.output >= nearestDistance || grid.countKnown(area) === 0) return;
    const { rowFrom, rowTo, columnFrom, columnTo } = area;
    const [height, width] = [rowTo - rowFrom, columnTo - columnFrom];
    if (height > width) searchByRows(area, least, (rowFrom + rowTo) >>> 1);
    else if (width > 1) searchByColumns(area, least, (columnFrom + columnTo) >>> 1);
    else searchCell(rowFrom, columnFrom, least.prompt + least.output);
  };
  const searchByRows = (area: GridArea, { output }: LeastDistances, middle: number): void => {
    const lower = leastDistance(rows, area.rowFrom, middle, target.promptTokens);
    const upper = leastDistance(rows, middle, area.rowTo, target.promptTokens);
    if (lower <= upper) search({ ...area, rowTo: middle }, { prompt: lower, output });
    search({ ...area, rowFrom: middle }, { prompt: upper, output });
    if (lower > upper) search({ ...area, rowTo: middle }, { prompt: lower, output });
  };
  const searchByColumns = (area: GridArea, { prompt }: LeastDistances, middle: number): void => {
    const lower = leastDistance(columns, area.columnFrom, middle, target.outputTokens);
    const upper = leastDistance(columns, middle, area.columnTo, target.outputTokens);
    if (lower <= upper) search({ ...area, columnTo: middle }, { prompt, output: lower });
    search({ ...area, columnFrom: middle }, { prompt, output: upper });
    if (lower > upper) search({ ...area, columnTo: middle }, { prompt, output: lower });
  };

  const all = { rowFrom: 0, rowTo: rows.count, columnFrom: 0, columnTo: columns.count };
  const prompt = leastDistance(rows, 0, rows.count, target.promptTokens);
  const output = leastDistance(columns, 0, columns.count, target.outputTokens);
  // Output lengths that are not known are off by nothing.
  search({ ...all, columnFrom: columns.count, columnTo: columns.count + 1 }, { prompt, output: 0 });
  search(all, { prompt, output });
  return nearest;
};
