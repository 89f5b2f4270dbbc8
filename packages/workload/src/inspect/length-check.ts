/** Prompts whose stated length is not what is counted. */
export interface PromptLengthCheck {
  /** Prompts that were counted and state a length. */
  compared: number;
  different: number;
  largest_difference_tokens: number;
  /** Where the first one stands. */
  first_difference: { line: number; id: string; stated_tokens: number; counted_tokens: number } | null;
}

/** Compares stated lengths with counted ones. */
export const createLengthCheck = (): {
  add(prompt: { line: number; id: string; stated: number | null | undefined; counted: number }): void;
  result(): PromptLengthCheck;
} => {
  const check: PromptLengthCheck = {
    compared: 0,
    different: 0,
    largest_difference_tokens: 0,
    first_difference: null,
  };
  return {
    add({ line, id, stated, counted }) {
      if (stated == null) return;
      check.compared++;
      if (stated === counted) return;
      check.different++;
      check.largest_difference_tokens = Math.max(check.largest_difference_tokens, Math.abs(stated - counted));
      check.first_difference ??= { line, id, stated_tokens: stated, counted_tokens: counted };
    },
    result: () => check,
  };
};
