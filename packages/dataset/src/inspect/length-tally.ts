import { createLengthHistogram, type LengthDistribution } from '@aibrix/core/lengths';
import { createLengthComparison, type LengthAgreement } from './length-agreement.js';

/** Lengths of texts in tokens, and where they are from. */
export interface TokenLengths extends LengthDistribution {
  /** Of `count`, how many the tokenizer counted. */
  counted: number;
  /** Of `count`, how many the records state, for texts that were not counted. */
  stated: number;
  /** Texts of unknown length, which are in no figure. */
  unknown: number;
}

/** Collects lengths: as counted where they were, else as stated. */
export interface LengthTally {
  add(length: { counted: number | null; stated: number | null; line: number }): void;
  lengths(): TokenLengths;
  agreement(): LengthAgreement | null;
}

/** Starts with no length. */
export const createLengthTally = (): LengthTally => {
  const histogram = createLengthHistogram();
  const comparison = createLengthComparison();
  let counted = 0;
  let unknown = 0;
  return {
    add(length) {
      const tokens = length.counted ?? length.stated;
      if (tokens === null) unknown++;
      else histogram.add(tokens);
      if (length.counted === null) return;
      counted++;
      if (length.stated !== null) comparison.add(length.stated, length.counted, length.line);
    },
    lengths: () => ({ ...histogram.distribution(), counted, stated: histogram.count - counted, unknown }),
    agreement: comparison.result,
  };
};
