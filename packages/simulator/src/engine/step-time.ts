/** What one step computes. */
export interface StepLoad {
  /** Prompt tokens computed in this step, over all prefill chunks. */
  prefillTokens: number;
  /** Pairs of a prompt token of this step and a token it attends to (causal: itself and all before it). */
  prefillTokenPairs: number;
  /** Sequences that decode one token each. */
  decodeSequences: number;
  /** Tokens whose keys and values are read: the contexts of all decodes, and of each chunk what came before it. */
  contextTokens: number;
}

/**
 * Coefficients, in milliseconds, of the duration of a step:
 *
 * base + perPrefillToken · prefillTokens + perPrefillTokenPair · prefillTokenPairs
 *      + perDecodeSequence · decodeSequences + perContextToken · contextTokens
 */
export interface StepTime {
  /** Reading the weights once, and what the host does between two steps. */
  baseMs: number;
  /** Matrix products of one prompt token. */
  perPrefillTokenMs: number;
  /** Attention of one prompt token to one token: what makes the prefill of long prompts quadratic. */
  perPrefillTokenPairMs: number;
  /** Matrix products of one decoded token, as far as they do not hide behind reading the weights. */
  perDecodeSequenceMs: number;
  /** Reading the keys and values of one token. */
  perContextTokenMs: number;
}

/** Duration of a step without noise, in milliseconds. */
export const stepDurationMs = (time: StepTime, load: StepLoad): number =>
  time.baseMs +
  time.perPrefillTokenMs * load.prefillTokens +
  time.perPrefillTokenPairMs * load.prefillTokenPairs +
  time.perDecodeSequenceMs * load.decodeSequences +
  time.perContextTokenMs * load.contextTokens;
