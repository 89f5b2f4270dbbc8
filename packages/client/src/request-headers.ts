import type { WorkloadRequest } from '@aibrix/schema';
import type { RunOptions } from './options.js';

/** The AIBrix gateway drops session keys above this size. */
const MAX_SESSION_KEY_BYTES = 256;

const SESSION_KEY_HEADER = 'x-aibrix-session-key';

/** Makes the headers of each request; those that are the same for all are made once. */
export const headersFor = (
  options: Pick<RunOptions, 'apiKey' | 'headers' | 'routingStrategy' | 'sessionKeyHeader' | 'acceptEncoding'>,
  warn: (message: string) => void,
): ((request: WorkloadRequest) => Readonly<Record<string, string>>) => {
  const shared: Record<string, string> = {
    'content-type': 'application/json',
    // Without this header a server may compress as it likes.
    'accept-encoding': options.acceptEncoding ?? 'identity',
    ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }),
    ...(options.routingStrategy && { 'routing-strategy': options.routingStrategy }),
    ...options.headers,
  };
  const warned = new Set<string>();
  const checkKey = (key: string): void => {
    if (Buffer.byteLength(key) <= MAX_SESSION_KEY_BYTES || warned.has(key)) return;
    warned.add(key);
    warn(
      `session "${key.slice(0, 40)}…": its key is over ${MAX_SESSION_KEY_BYTES} bytes, and the AIBrix gateway drops it`,
    );
  };
  return (request) => {
    const sendsKey = options.sessionKeyHeader && request.session_id != null;
    if (!sendsKey && request.user == null) return shared;
    const headers = { ...shared };
    if (request.user != null) headers.user = request.user;
    if (sendsKey) {
      const key = String(request.session_id);
      checkKey(key);
      headers[SESSION_KEY_HEADER] = key;
    }
    return headers;
  };
};
