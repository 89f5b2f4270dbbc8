import type { Clock } from '@aibrix/core/clock';
import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions, RunSettings } from '../options.js';
import { fetchTransport } from './fetch-transport.js';
import { loadTls } from './tls.js';
import type { Transport } from './transport.js';
import { undiciTransport } from './undici-transport.js';

/**
 * The transport that the options of a run ask for, to be closed by whoever opens it.
 *
 * @throws BenchmarkError `file-not-found` or `input` when the files of TLS cannot be used
 */
export const openTransport = async (options: RunOptions, settings: RunSettings, clock: Clock): Promise<Transport> => {
  const endpoint = normaliseEndpoint(options.endpoint);
  if (options.fetch) return fetchTransport({ endpoint, clock, fetch: options.fetch });
  const { maxConnections, keepAlive, idleTimeoutMs, http2 } = settings;
  const tls = settings.tls ? await loadTls(settings.tls) : undefined;
  return undiciTransport({ endpoint, clock, maxConnections, keepAlive, idleTimeoutMs, http2, tls });
};
