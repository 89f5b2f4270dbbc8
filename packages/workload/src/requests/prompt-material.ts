import { BenchmarkError } from '@aibrix/core/errors';
import type { PromptSource } from '@aibrix/synthesis';
import type { PromptPool } from '../pool/prompt-pool.js';
import type { LengthMode, RequestMaker, RequestMaking } from './request-maker.js';
import { synthesisedRequests } from './synthesised-requests.js';

/** What the prompts of a workload come from. */
export interface PromptMaterial {
  /** Needed with `lengthMode: 'match'`. */
  pool?: PromptPool | undefined;
  /** Needed with `lengthMode: 'exact'`. */
  source?: PromptSource | undefined;
}

/**
 * How requests are made in a length mode.
 *
 * @param fromPool what to do with a pool, where the mode is `match`
 * @throws BenchmarkError `usage` when what the mode needs is missing
 */
export const requestMaking = (
  material: PromptMaterial,
  options: {
    generator: string;
    seed: number | string;
    lengthMode: LengthMode;
    fromPool: (pool: PromptPool) => RequestMaker;
  },
): RequestMaking => {
  const { generator, seed, lengthMode, fromPool } = options;
  if (lengthMode === 'exact') {
    const { source } = material;
    if (!source) throw new BenchmarkError('usage', `${generator}: lengthMode exact needs a prompt source`);
    const { tokenizer, synthesis } = source;
    return { tokenizer, synthesis, dataset: undefined, start: () => synthesisedRequests(source, seed) };
  }
  const { pool } = material;
  if (!pool) {
    throw new BenchmarkError('usage', `${generator}: lengthMode match needs a dataset to choose prompts from`, {
      hint: 'Give a prompt file, or make prompts with length mode exact.',
    });
  }
  const { name, sha256, tokenizer } = pool;
  return { tokenizer, synthesis: undefined, dataset: { name, sha256 }, start: () => fromPool(pool) };
};
