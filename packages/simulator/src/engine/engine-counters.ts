/** Why a request left the engine: its answer ended by itself, at its limit, or was cancelled. */
export type EngineFinish = 'stop' | 'length' | 'abort';

/** What an engine has done since it started. Counters only grow. */
export interface EngineCounters {
  /** Steps begun. */
  steps: number;
  /** Prompt tokens of the requests whose first token came, found or computed. */
  promptTokens: number;
  /** Tokens of answers. */
  generationTokens: number;
  /** Prompt tokens of the requests that left the queue: so many were looked for in the KV cache. */
  prefixCacheQueriedTokens: number;
  /** Of these, found: their prefill was skipped. */
  prefixCacheHitTokens: number;
  /** Times that a sequence lost its memory to an earlier one, and had to be computed again. */
  preemptions: number;
  /** Requests that ended, by how. */
  finished: Record<EngineFinish, number>;
  /** From arrival to leaving the queue for the first time, summed over requests. */
  queueSeconds: number;
  /** From leaving the queue to the first token, summed over requests. */
  prefillSeconds: number;
  /** From the first token to the last, summed over the requests that finished. */
  decodeSeconds: number;
}

export const zeroCounters = (): EngineCounters => ({
  steps: 0,
  promptTokens: 0,
  generationTokens: 0,
  prefixCacheQueriedTokens: 0,
  prefixCacheHitTokens: 0,
  preemptions: 0,
  finished: { stop: 0, length: 0, abort: 0 },
  queueSeconds: 0,
  prefillSeconds: 0,
  decodeSeconds: 0,
});
