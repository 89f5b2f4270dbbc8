/** What the result of a request says about a fault. */
export interface FaultRow {
  status: 'success' | 'error';
  error_type: string | null;
  /** One of these; null: none. */
  error_code: readonly (string | null)[];
  /** Clocks that are there; the others are null. */
  clocks: readonly Clock[];
}

type Clock = 'start_time' | 'first_token_time' | 'last_token_time' | 'end_time';

const NEVER_SENT = ['end_time'] as const;
const SENT = ['start_time', 'end_time'] as const;
const ANSWERING = ['start_time', 'first_token_time', 'last_token_time', 'end_time'] as const;

const failing =
  (error_type: string, ...codes: (string | null)[]) =>
  (clocks: readonly Clock[]): FaultRow => ({
    status: 'error',
    error_type,
    error_code: codes.length === 0 ? [null] : codes,
    clocks,
  });

const answered = (clocks: readonly Clock[] = ANSWERING): FaultRow => ({
  status: 'success',
  error_type: null,
  error_code: [null],
  clocks,
});

/**
 * Every fault that the client is tested against, by the file and the name of its test, and what its result says. The table of
 * docs/reliability.md is made from it.
 */
export const FAULTS: Readonly<Record<string, Readonly<Record<string, FaultRow>>>> = {
  'connection.test.ts': {
    'the port refuses connections': failing('connection', 'ECONNREFUSED')(NEVER_SENT),
    'the host has no address': failing('connection', 'ENOTFOUND', 'EAI_AGAIN')(NEVER_SENT),
    'the certificate is signed by nobody': failing('connection', 'DEPTH_ZERO_SELF_SIGNED_CERT')(NEVER_SENT),
    'the port does not speak TLS': failing(
      'connection',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    )(NEVER_SENT),
    'the connection is closed before the response': failing('connection', 'UND_ERR_SOCKET')(SENT),
    'the connection is reset before the response': failing('connection', 'ECONNRESET', 'UND_ERR_SOCKET')(SENT),
    'the connection is closed within the stream': failing('stream_interrupted', 'UND_ERR_SOCKET')(ANSWERING),
    'the connection is reset within the stream': failing(
      'stream_interrupted',
      'ECONNRESET',
      'UND_ERR_SOCKET',
    )(ANSWERING),
    'the connection is reset after [DONE]': answered(),
    'the response is not HTTP': failing('malformed_stream', 'HTTPParserError', 'HPE_INVALID_CONSTANT')(SENT),
    'the headers have no end': failing('malformed_stream', 'UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW')(SENT),
    'a chunk has no size': failing('malformed_stream', 'HTTPParserError', 'HPE_INVALID_CHUNK_SIZE')(SENT),
    'the body is shorter than its content-length': failing('stream_interrupted', 'UND_ERR_SOCKET')(ANSWERING),
  },
  'stream.test.ts': {
    'the stream ends before the answer does': failing('stream_interrupted')(ANSWERING),
    'the stream ends within an event': failing('stream_interrupted')(ANSWERING),
    'the stream is empty': failing('stream_interrupted')(SENT),
    'the JSON of an event is cut off': failing('malformed_stream')(ANSWERING),
    'an event is no JSON': failing('malformed_stream')(ANSWERING),
    'an event holds an error': failing('stream_interrupted', 'error_event')(ANSWERING),
    'the response is a page of HTML': failing('malformed_stream')(SENT),
    'the stream is split at every byte': answered(),
    'the stream comes one byte at a time': answered(),
    'lines end with CRLF': answered(),
    'comments and other fields stand between events': answered(),
    'events have no choices': answered(),
    '[DONE] is missing': answered(),
    'the usage is missing': answered(),
    'the body has a content-length': answered(),
    'the body comes in chunks': answered(),
    'the connection stays open after [DONE]': answered(),
    'the answer has no token': answered(SENT),
    'the server ignores "stream"': answered(SENT),
  },
  'status.test.ts': {
    '400 in the form of OpenAI': failing('http_4xx', '400')(SENT),
    '401': failing('http_4xx', '401')(SENT),
    '404 for the model': failing('http_4xx', '404')(SENT),
    '429 with retry-after, retries off': failing('http_4xx', '429')(SENT),
    '429 with retry-after, retries on': answered(),
    '500 with HTML': failing('http_5xx', '500')(SENT),
    '503 without a body': failing('http_5xx', '503')(SENT),
    'a redirect': failing('http_5xx', '307')(SENT),
    'an x-error header of the gateway': failing('gateway', 'x-error-no-model-backends')(SENT),
    'an x-error header of the gateway with 200': failing('gateway', 'x-error-no-model-backends')(SENT),
    'JSON that is no chat completion': failing('malformed_stream')(SENT),
  },
  'silence.test.ts': {
    'the server never answers': failing('timeout')(SENT),
    'the server sends headers, and then nothing': failing('timeout')(SENT),
    'the server falls silent within the stream': failing('timeout')(ANSWERING),
    'the answer trickles on beyond the deadline': failing('timeout')(ANSWERING),
    'comments keep an empty stream open': failing('timeout')(SENT),
    'the body of an error never ends': failing('timeout')(SENT),
    'the server does not read the request': failing('timeout')(SENT),
    'the server accepts no connection': failing('timeout')(NEVER_SENT),
    'the server takes fewer connections than there are requests': failing(
      'connection',
      'UND_ERR_SOCKET',
      'ECONNRESET',
    )(SENT),
  },
  'flood.test.ts': {
    '100 MB that are no events': failing('malformed_stream', 'too_long')(SENT),
    '100 MB in one line of an event': failing('malformed_stream', 'too_long')(SENT),
    '100 MB of comments': failing('malformed_stream', 'too_long')(SENT),
    '100 MB of answer': failing('malformed_stream', 'too_long')(ANSWERING),
    '100 MB in a JSON answer': failing('malformed_stream', 'too_long')(SENT),
    '100 MB in the body of an error': failing('http_5xx', '500')(SENT),
  },
};
