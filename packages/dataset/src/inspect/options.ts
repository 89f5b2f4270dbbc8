import type { Tokenizer } from '@aibrix/synthesis';
import { z } from 'zod';

/** Options of `inspectDataset`. */
export interface InspectDatasetOptions {
  /** Counts tokens. Without it lengths are those that the records state, and nothing is said of shared prefixes. */
  tokenizer?: Tokenizer | undefined;
  /** Tokens of a block of the ideal prefix cache. Default 16, vLLM's. */
  blockTokens?: number | undefined;
  /** Ends the reading; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called with the number of records so far, after each. */
  onRecord?: ((records: number) => void) | undefined;
}

/** The options with defaults filled in. */
export interface InspectDatasetSettings extends InspectDatasetOptions {
  blockTokens: number;
}

const MAX_BLOCK_TOKENS = 1_000_000;

/** Checks the options of `inspectDataset` and fills in defaults. */
export const inspectDatasetOptionsSchema: z.ZodType<InspectDatasetSettings, InspectDatasetOptions> = z.strictObject({
  tokenizer: z.custom<Tokenizer>().optional(),
  blockTokens: z
    .int('must be a whole number')
    .min(1, 'must be at least 1 token')
    .max(MAX_BLOCK_TOKENS, `must be at most ${MAX_BLOCK_TOKENS}`)
    .default(16),
  signal: z.instanceof(AbortSignal).optional(),
  onRecord: z.custom<(records: number) => void>().optional(),
});
