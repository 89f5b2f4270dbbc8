const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

/** A request of a connection, read as little as can be: only its first line and its body are kept, the latter on demand. */
export interface RawRequest {
  method: string;
  path: string;
  /** When its first bytes were read, in epoch milliseconds. */
  arrivalMs: number;
  body: Buffer;
}

/**
 * Cuts what comes over a connection into HTTP/1.1 requests with a content length. It is no server for strangers: it exists
 * because node:http spends more on a request than the client that is measured.
 *
 * @param keepsBody whether a request's body is wanted; the bodies of others are counted and dropped
 */
export const createRequestReader = (
  onRequest: (request: RawRequest) => void,
  keepsBody: (method: string, path: string) => boolean,
): ((bytes: Buffer, timeMs: number) => void) => {
  let head: Buffer = EMPTY;
  let headMs = 0;
  let request: RawRequest | undefined;
  let missing = 0;
  let pieces: Buffer[] | undefined;

  /** Returns what follows the head, or undefined when it is not whole yet. */
  const readHead = (bytes: Buffer, timeMs: number): Buffer | undefined => {
    if (head.length === 0) headMs = timeMs;
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end === -1) return undefined;
    const text = head.toString('latin1', 0, end);
    const rest = head.subarray(end + HEAD_END.length);
    head = EMPTY;
    const [method = '', path = ''] = text.split(' ', 2);
    request = { method, path, arrivalMs: headMs, body: EMPTY };
    missing = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    pieces = keepsBody(method, path) ? [] : undefined;
    return rest;
  };

  return (bytes, timeMs) => {
    let rest = bytes;
    for (;;) {
      if (!request) {
        if (rest.length === 0) return;
        const afterHead = readHead(rest, timeMs);
        if (!afterHead) return;
        rest = afterHead;
      }
      const taken = Math.min(missing, rest.length);
      pieces?.push(rest.subarray(0, taken));
      missing -= taken;
      rest = rest.subarray(taken);
      if (missing > 0) return;
      const whole = request as RawRequest;
      request = undefined;
      if (pieces) whole.body = Buffer.concat(pieces);
      onRequest(whole);
    }
  };
};
