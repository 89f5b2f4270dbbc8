import type { PrefixCacheReset } from '@aibrix/schema';
import type { RunOptions } from '../options.js';
import type { Transport } from '../transport/transport.js';
import { ask } from './ask.js';

/** vLLM's, and SGLang's. */
const PATHS = ['/reset_prefix_cache', '/flush_cache'] as const;

const TIMEOUT_MS = 30_000;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** A server that does not have a path says so with one of these; others mean that it has it, and did not do it. */
const isUnknownPath = (status: number): boolean => status === 404 || status === 405 || status === 501;

/**
 * Has the server empty its prefix cache, so that a run does not meet what the last one left there.
 *
 * @returns what came of it, for the run record, and a warning unless the cache is empty now
 */
export const resetPrefixCache = async (
  transport: Transport,
  { apiKey, headers, signal }: Pick<RunOptions, 'apiKey' | 'headers' | 'signal'>,
): Promise<{ reset: PrefixCacheReset; warning: string | null }> => {
  const allHeaders = { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...headers };
  for (const path of PATHS) {
    let status: number;
    try {
      const request = { path, headers: allHeaders, body: new Uint8Array() };
      ({ status } = await ask(transport, request, { timeoutMs: TIMEOUT_MS, signal }));
    } catch (error) {
      signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      const warning = `the prefix cache was not emptied: POST ${path} failed (${reason})`;
      return { reset: { path, http_status: null }, warning };
    }
    if (isUnknownPath(status)) continue;
    const warning = isSuccess(status) ? null : `the prefix cache was not emptied: POST ${path} answered HTTP ${status}`;
    return { reset: { path, http_status: status }, warning };
  }
  return {
    reset: { path: null, http_status: null },
    warning:
      `the prefix cache was not emptied: the server has none of ${PATHS.join(', ')} ` +
      '(vLLM has the first with VLLM_SERVER_DEV_MODE=1); a cache salt keeps runs apart without it',
  };
};
