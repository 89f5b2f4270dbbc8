import type { Clock } from '@aibrix/core/clock';
import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions, RunSettings } from '../options.js';
import { requestsAtOnce } from '../run/requests-at-once.js';
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
  const { keepAlive, idleTimeoutMs, http2 } = settings;
  // A connection is free a moment after its answer has ended: without this limit, a request that was waiting for a place
  // would have another one opened.
  const maxConnections = http2 ? settings.maxConnections : requestsAtOnce(settings);
  const tls = settings.tls ? await loadTls(settings.tls) : undefined;
  return undiciTransport({ endpoint, clock, maxConnections, keepAlive, idleTimeoutMs, http2, tls });
};
