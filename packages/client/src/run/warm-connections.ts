import type { RunSettings } from '../options.js';
import type { WorkloadScan } from './scan-workload.js';

/** Answers take seconds, so that requests of the first seconds find no connection that is free again. */
export const EARLY_MS = 5000;

/** Servers and gateways limit connections; what is not opened ahead of time is opened when it is needed. */
const MAX_AUTO = 256;

/** Of a stream of entries, which tells nothing beforehand. */
const WITHOUT_SCAN = 8;

/** Streams of HTTP/2 that share a connection, at the least that servers commonly allow. */
const STREAMS_PER_CONNECTION = 100;

/** How many connections to open before the schedule begins. */
export const warmConnectionCount = (
  settings: RunSettings,
  scan: Pick<WorkloadScan, 'earlyRequests'> | null,
): number => {
  const { warmConnections, keepAlive, maxConnections, concurrency, http2, pacing } = settings;
  const limit = Math.min(maxConnections ?? Number.POSITIVE_INFINITY, concurrency ?? Number.POSITIVE_INFINITY);
  // Who wants a connection for each request wants to see it being opened.
  if (!keepAlive) return 0;
  if (warmConnections !== 'auto') return Math.min(warmConnections, maxConnections ?? warmConnections);
  const atOnce = pacing === 'asap' ? limit : (scan?.earlyRequests ?? WITHOUT_SCAN);
  return Math.min(http2 ? Math.ceil(atOnce / STREAMS_PER_CONNECTION) : atOnce, limit, MAX_AUTO);
};
