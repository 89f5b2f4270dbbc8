import type { RunSettings } from '../options.js';

/**
 * Requests that may be on their way at once; null: no limit. A connection carries one request at a time, so a limit of
 * connections is one of requests, and its wait one that the user asked for. With HTTP/2 they share connections.
 */
export const requestsAtOnce = (
  settings: Pick<RunSettings, 'concurrency' | 'maxConnections' | 'http2'>,
): number | null => {
  const { concurrency, maxConnections, http2 } = settings;
  if (maxConnections === null || http2) return concurrency;
  return Math.min(maxConnections, concurrency ?? maxConnections);
};
