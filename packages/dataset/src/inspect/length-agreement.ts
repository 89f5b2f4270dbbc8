/** Lengths that the records state, against those that the tokenizer counts. */
export interface LengthAgreement {
  /** Texts with a stated length. */
  compared: number;
  equal: number;
  different: number;
  /** Mean of stated − counted. */
  mean_difference_tokens: number;
  /** Of |stated − counted|. */
  largest_difference_tokens: number;
  /** Where the first of them stands; null where all agree. */
  first_difference: { line: number; stated_tokens: number; counted_tokens: number } | null;
}

/** Compares them one by one. */
export interface LengthComparison {
  add(stated: number, counted: number, line: number): void;
  /** Null where nothing was compared. */
  result(): LengthAgreement | null;
}

/** Starts with nothing compared. */
export const createLengthComparison = (): LengthComparison => {
  let compared = 0;
  let equal = 0;
  let sum = 0;
  let largest = 0;
  let first: LengthAgreement['first_difference'] = null;
  return {
    add(stated, counted, line) {
      compared++;
      if (stated === counted) equal++;
      else first ??= { line, stated_tokens: stated, counted_tokens: counted };
      sum += stated - counted;
      largest = Math.max(largest, Math.abs(stated - counted));
    },
    result: () =>
      compared === 0
        ? null
        : {
            compared,
            equal,
            different: compared - equal,
            mean_difference_tokens: sum / compared,
            largest_difference_tokens: largest,
            first_difference: first,
          },
  };
};
