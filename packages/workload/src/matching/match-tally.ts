import type { Choice } from './choose-by-scan.js';

/** Counts how well prompts fitted their targets, for the notes of a manifest. */
export const createMatchTally = (tolerancePercent: number): { add(choice: Choice): void; notes(): string[] } => {
  let widened = 0;
  let widest = tolerancePercent;
  let nearest = 0;
  return {
    add(choice) {
      if (choice.tolerancePercent === null) nearest++;
      else if (choice.tolerancePercent > tolerancePercent) {
        widened++;
        widest = Math.max(widest, choice.tolerancePercent);
      }
    },
    notes() {
      const notes: string[] = [];
      const unmatched = (percent: number): string => `requests with no prompt within ±${percent} % of their lengths`;
      if (widened > 0) notes.push(`${unmatched(tolerancePercent)}, but within ±${widest} %: ${widened}`);
      if (nearest > 0) notes.push(`${unmatched(100)}, which have the nearest: ${nearest}`);
      return notes;
    },
  };
};
