import { createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { normaliseEndpoint } from './endpoint.js';
import type { RunOptions } from './options.js';
import { checkModels } from './preflight/check-models.js';
import { createRedaction } from './redaction.js';
import { resolveSettings } from './run-settings.js';
import { openTransport } from './transport/open-transport.js';

/** @throws BenchmarkError `endpoint` for anything odd when strict */
export const reportOdd = (warnings: string[], isStrict: boolean): string[] => {
  if (isStrict && warnings.length > 0) throw new BenchmarkError('endpoint', warnings.join('; '));
  return warnings;
};

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
  const { model, apiKey, headers } = options;
  const transport = await openTransport(options, settings, createRealClock());
  try {
    const endpoint = normaliseEndpoint(options.endpoint);
    const odd = await checkModels({ endpoint, model, apiKey, headers, transport, signal });
    // A server may repeat the key in what it says.
    const warnings = odd.map(createRedaction({ apiKey, headers }).message);
    return reportOdd(warnings, settings.preflight === 'fail');
  } finally {
    await transport.close();
  }
};
