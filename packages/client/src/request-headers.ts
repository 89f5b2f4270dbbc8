import type { WorkloadRequest } from '@aibrix/schema';
import type { RunOptions } from './options.js';

/** The AIBrix gateway drops session keys above this size. */
const MAX_SESSION_KEY_BYTES = 256;

const SESSION_KEY_HEADER = 'x-aibrix-session-key';

/** What belongs to the connection or to the body that is sent, and not to who sends it. */
const FRAMING: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What is wrong with the names of further headers. Values are not looked at here, and never shown. */
export const headerNameProblems = (headers: Readonly<Record<string, string>>): string[] => {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) problems.push(`headers: ${JSON.stringify(name)} is no name of a header`);
    else if (FRAMING.has(lower)) problems.push(`headers: ${name} is set by the connection`);
    else if (seen.has(lower)) problems.push(`headers: ${name} is there twice`);
    seen.add(lower);
  }
  return problems;
};

/** One spelling of each name: a further header takes the place of the client's own. */
const lowercased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

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
    ...lowercased(options.headers ?? {}),
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
