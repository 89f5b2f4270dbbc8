// A server that costs as little as it can: every POST gets the same streamed chat completion, prepared once. On raw sockets,
// because node:http would spend more on a request than the clients that are compared.
//   node static-server.mjs coalesced|paced [chunks]
// `coalesced`: the whole answer in one write. `paced`: a write a chunk, one for each open stream in turn.
// Prints its port.
import { createServer } from 'node:net';

const [mode = 'coalesced', chunks = '64'] = process.argv.slice(2);
const CHUNKS = Number(chunks);

const frame = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const event = (fields) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-static', object: 'chat.completion.chunk', created: 1, model: 'static', ...fields })}\n\n`;
const chunk = (delta, finishReason = null) =>
  event({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] });

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';
const USAGE = { prompt_tokens: 100, completion_tokens: CHUNKS, total_tokens: 100 + CHUNKS };
const TOKENS = Array.from({ length: CHUNKS }, (_, index) => chunk({ content: ` word${index % 10}` }));
const LAST = `${chunk({}, 'stop')}${event({ choices: [], usage: USAGE })}data: [DONE]\n\n`;
const WHOLE = Buffer.from(
  `${HEAD}${frame(chunk({ role: 'assistant', content: '' }) + TOKENS.join('') + LAST)}0\r\n\r\n`,
);
/** As an engine sends them: the role with the first token, the end with the last. */
const WRITES = TOKENS.map((token, index) => {
  const isFirst = index === 0;
  const isLast = index === CHUNKS - 1;
  const text = `${isFirst ? chunk({ role: 'assistant', content: '' }) : ''}${token}${isLast ? LAST : ''}`;
  return Buffer.from(`${isFirst ? HEAD : ''}${frame(text)}${isLast ? '0\r\n\r\n' : ''}`);
});

const streams = new Set();
const turn = () => {
  for (const stream of streams) {
    stream.socket.write(WRITES[stream.next++]);
    if (stream.next === WRITES.length) streams.delete(stream);
  }
  if (streams.size > 0) setImmediate(turn);
};

const answer = (socket) => {
  if (mode === 'coalesced') {
    socket.write(WHOLE);
    return;
  }
  streams.add({ socket, next: 0 });
  if (streams.size === 1) setImmediate(turn);
};

const MODELS = '{"object":"list","data":[]}';
const answerGet = (socket) =>
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${MODELS.length}\r\n\r\n${MODELS}`,
  );

const HEAD_END = Buffer.from('\r\n\r\n');
const serve = (socket) => {
  socket.setNoDelay(true);
  let head = Buffer.alloc(0);
  /** Bytes of the body still to come; null while the head is read. */
  let missing = null;
  socket.on('data', (bytes) => {
    let rest = bytes;
    while (rest.length > 0) {
      if (missing === null) {
        head = head.length === 0 ? rest : Buffer.concat([head, rest]);
        const end = head.indexOf(HEAD_END);
        if (end === -1) return;
        const text = head.latin1Slice(0, end);
        rest = head.subarray(end + HEAD_END.length);
        head = Buffer.alloc(0);
        missing = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
        if (text.startsWith('GET')) {
          missing = null;
          answerGet(socket);
          continue;
        }
      }
      const taken = Math.min(missing, rest.length);
      missing -= taken;
      rest = rest.subarray(taken);
      if (missing > 0) return;
      missing = null;
      answer(socket);
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const stream of streams) if (stream.socket === socket) streams.delete(stream);
  });
};

const server = createServer(serve).listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  console.log(server.address().port),
);
process.stdin.on('end', () => process.exit()).resume();
