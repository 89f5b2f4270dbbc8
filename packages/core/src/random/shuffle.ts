import type { Random } from './random.js';

/** Puts `items` in a random order, in place (Fisher–Yates), and returns them. Arrays and typed arrays alike. */
export const shuffle = <T extends { length: number; [index: number]: unknown }>(items: T, random: Random): T => {
  for (let index = items.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const kept = items[index];
    items[index] = items[other];
    items[other] = kept;
  }
  return items;
};
