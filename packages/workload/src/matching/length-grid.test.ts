import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createLengthGrid } from './length-grid.js';

const COUNT = 3000;

const createCase = () => {
  const random = createRandom(5, 'grid');
  const prompts = Array.from({ length: COUNT }, () => 1 + random.below(2000));
  const outputs = prompts.map(() => (random.below(5) === 0 ? null : 1 + random.below(500)));
  const lengths = {
    promptTokens: (prompt: number) => prompts[prompt] ?? 0,
    outputTokens: (prompt: number) => outputs[prompt] ?? null,
  };
  return { random, lengths, grid: createLengthGrid(COUNT, lengths) };
};

describe('createLengthGrid', () => {
  test('has each prompt at one rank, in the cell of its lengths', () => {
    const { lengths, grid } = createCase();
    const { rows, columns } = grid;
    const seen: number[] = [];
    for (let row = 0; row < rows.count; row++) {
      for (let column = 0; column <= columns.count; column++) {
        const { from, to } = grid.cell(row, column);
        expect(from).toBe(seen.length);
        const inCell = Array.from({ length: to - from }, (_, offset) => grid.promptAt(from + offset));
        expect(inCell).toEqual(inCell.toSorted((a, b) => a - b));
        for (const prompt of inCell) {
          expect(rows.firstReaching(lengths.promptTokens(prompt))).toBe(row);
          const output = lengths.outputTokens(prompt);
          expect(output === null ? columns.count : columns.firstReaching(output)).toBe(column);
        }
        seen.push(...inCell);
      }
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, prompt) => prompt));
  });

  test('counts the prompts of an area and reaches each of them once', () => {
    const { random, lengths, grid } = createCase();
    const { rows, columns } = grid;
    const range = (count: number): [number, number] => {
      const from = random.below(count + 1);
      return [from, from + random.below(count + 1 - from)];
    };
    for (let round = 0; round < 50; round++) {
      const [[rowFrom, rowTo], [columnFrom, columnTo]] = [range(rows.count), range(columns.count)];
      const area = { rowFrom, rowTo, columnFrom, columnTo };
      const inside = Array.from({ length: COUNT }, (_, prompt) => prompt).filter((prompt) => {
        const row = rows.firstReaching(lengths.promptTokens(prompt));
        const output = lengths.outputTokens(prompt);
        const column = output === null ? null : columns.firstReaching(output);
        return row >= rowFrom && row < rowTo && (column === null || (column >= columnFrom && column < columnTo));
      });
      const total = grid.count(area);
      expect(total).toBe(inside.length);
      expect(grid.countKnown(area)).toBe(inside.filter((prompt) => lengths.outputTokens(prompt) !== null).length);
      const ranks = Array.from({ length: total }, (_, offset) => grid.rankOf(area, offset));
      expect(ranks.map(grid.promptAt).sort((a, b) => a - b)).toEqual(inside);

      const byRows: number[] = [];
      while (byRows.length < total) {
        const { known, unknown, end } = grid.rowAt(area, byRows.length);
        for (const { from, to } of [known, unknown]) for (let rank = from; rank < to; rank++) byRows.push(rank);
        expect(byRows.length).toBe(end);
      }
      expect(byRows).toEqual(ranks);
    }
  });
});
