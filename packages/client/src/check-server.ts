import { normaliseEndpoint } from './endpoint.js';
import type { RunOptions } from './options.js';
import { preflight } from './preflight.js';
import { resolveSettings } from './run-settings.js';

/**
 * Asks the server for its models, as `runWorkload` does before load, unless `preflight` is off: for programs that have
 * long work to do before.
 *
 * @returns what is odd, in words; empty when all is well
 * @throws BenchmarkError `endpoint` when nothing answers, when the key is refused, or for anything odd with `preflight: 'fail'`
 */
export const checkServer = async (options: RunOptions, signal?: AbortSignal): Promise<string[]> => {
  const settings = resolveSettings(options);
  if (settings.preflight === 'off') return [];
  return preflight({
    endpoint: normaliseEndpoint(options.endpoint),
    model: options.model,
    apiKey: options.apiKey,
    headers: options.headers,
    isStrict: settings.preflight === 'fail',
    fetch: options.fetch,
    signal,
  });
};
