import { BenchmarkError } from '@aibrix/core/errors';
import type { PromptSource, Tokenizer } from '@aibrix/synthesis';
import { createRequestCache, type RequestCache } from '../cache-figures/request-cache.js';
import type { PromptPool } from '../pool/prompt-pool.js';
import { lengthRequests } from './length-requests.js';
import type { LengthMode, RequestMaker, RequestMaking } from './request-maker.js';
import { synthesisedRequests } from './synthesised-requests.js';
import { talliedRequests } from './tallied-requests.js';

/** What tokenises prompts that are there already. */
export type CacheTokenizer = Pick<Tokenizer, 'name' | 'sha256' | 'encode'>;

/** What the prompts of a workload come from. */
export interface PromptMaterial {
  /** Needed with `lengthMode: 'match'`. */
  pool?: PromptPool | undefined;
  /** Needed with `lengthMode: 'exact'`. */
  source?: PromptSource | undefined;
  /**
   * Tokenises the prompts that are chosen from a pool, each once, so that the manifest can say what a prefix cache would
   * find of them. Without it the manifest does not say.
   */
  tokenizer?: CacheTokenizer | undefined;
}

/** What a maker of requests from a pool needs to know besides. */
export interface PoolUse {
  /** Whether texts are read; without, requests have lengths only. */
  withText: boolean;
  /** Looks the prompts up; undefined where nothing can. */
  cache: RequestCache | undefined;
  /** Whether the pool's lengths are those of the cache's tokenizer. */
  sameTokenizer: boolean;
}

/** Texts, and no look at a cache. */
export const PLAIN_USE: PoolUse = { withText: true, cache: undefined, sameTokenizer: false };

/**
 * How requests are made in a length mode.
 *
 * @param withText false makes requests of lengths alone; from the pool where there is one, else just the targets
 * @param fromPool what to do with a pool, where the mode is `match`
 * @throws BenchmarkError `usage` when what the mode needs is missing
 */
export const requestMaking = (
  material: PromptMaterial,
  options: {
    generator: string;
    seed: number | string;
    lengthMode: LengthMode;
    withText: boolean;
    cacheFigures: boolean;
    fromPool: (pool: PromptPool, use: PoolUse) => RequestMaker;
  },
): RequestMaking => {
  const { generator, seed, lengthMode, withText, cacheFigures, fromPool } = options;
  const { pool, source } = material;
  if (!withText && (lengthMode === 'exact' || !pool)) {
    return {
      tokenizer: undefined,
      synthesis: undefined,
      dataset: undefined,
      start: () => talliedRequests(lengthRequests()),
    };
  }
  if (lengthMode === 'exact') {
    if (!source) throw new BenchmarkError('usage', `${generator}: lengthMode exact needs a prompt source`);
    const { tokenizer, synthesis } = source;
    return {
      tokenizer,
      synthesis,
      dataset: undefined,
      start: () => talliedRequests(synthesisedRequests(source, { generator, seed, cacheFigures })),
    };
  }
  if (!pool) {
    throw new BenchmarkError('usage', `${generator}: lengthMode match needs a dataset to choose prompts from`, {
      hint: 'Give a prompt file, or make prompts with length mode exact.',
    });
  }
  const { name, sha256, tokenizer } = pool;
  const encoder = withText && cacheFigures ? material.tokenizer : undefined;
  const start = (): RequestMaker =>
    talliedRequests(
      fromPool(pool, {
        withText,
        cache: encoder && createRequestCache(encoder),
        sameTokenizer: tokenizer !== undefined && tokenizer.sha256 === encoder?.sha256,
      }),
    );
  const stated = tokenizer ?? (encoder && { name: encoder.name, sha256: encoder.sha256 });
  return { tokenizer: stated, synthesis: undefined, dataset: { name, sha256 }, start };
};
