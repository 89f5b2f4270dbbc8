import { BenchmarkError } from '@aibrix/core/errors';

/** @throws BenchmarkError `usage` unless `from` and `to` are whole numbers with 0 ≤ `from` ≤ `to` ≤ `size` */
export const requireSlice = (from: number, to: number, size: number): void => {
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= size) return;
  throw new BenchmarkError('usage', `there are no records ${from} to ${to} in a dataset of ${size}`, {
    hint: 'Ask for whole numbers, the first not above the second, and that not above the number of records.',
  });
};
