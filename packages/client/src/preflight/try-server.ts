import { createRealClock } from '@aibrix/core/clock';
import type { RunRecord } from '@aibrix/schema';
import { reportOdd } from '../check-server.js';
import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions, RunSettings } from '../options.js';
import { createRedaction } from '../redaction.js';
import { headersFor } from '../request-headers.js';
import { openTransport } from '../transport/open-transport.js';
import { resetPrefixCache } from './reset-prefix-cache.js';
import { sendTrialRequest, type TrialOptions } from './trial-request.js';

/** What the server showed before load, for the run record. */
export interface ServerTrial extends Pick<RunRecord, 'preflight' | 'prefix_cache_reset'> {
  warnings: string[];
}

/**
 * What a run does with its server before load, as far as its options want it: it sends one request like its own, and has
 * the caches emptied.
 *
 * @throws BenchmarkError `endpoint` when the key is refused, or for anything odd with `preflight: 'fail'`; what
 *   `openTransport` throws; the signal's reason
 */
export const tryServer = async (
  options: RunOptions,
  settings: RunSettings,
  workload: Pick<TrialOptions, 'sample' | 'countMode' | 'signal'>,
): Promise<ServerTrial> => {
  const { apiKey, headers } = options;
  const { preflight, tls, resetPrefixCache: resets } = settings;
  const trial: ServerTrial = { warnings: [] };
  const endpoint = normaliseEndpoint(options.endpoint);
  if (tls?.insecure && endpoint.startsWith('https:'))
    trial.warnings.push("the server's certificate was not checked (insecure)");
  if (preflight === 'off' && !resets) return trial;
  const transport = await openTransport(options, settings, createRealClock());
  try {
    if (preflight !== 'off') {
      trial.preflight = await sendTrialRequest({
        endpoint,
        transport,
        settings,
        headersOf: headersFor(options, () => {}),
        redaction: createRedaction(options),
        hasApiKey: Boolean(apiKey),
        ...workload,
      });
      trial.warnings.push(...reportOdd(trial.preflight.findings, preflight === 'fail'));
    }
    // After the request, so that nothing of it is left.
    if (resets) {
      const { reset, warning } = await resetPrefixCache(transport, { apiKey, headers, signal: workload.signal });
      trial.prefix_cache_reset = reset;
      if (warning !== null) trial.warnings.push(warning);
    }
    return trial;
  } finally {
    await transport.close();
  }
};
