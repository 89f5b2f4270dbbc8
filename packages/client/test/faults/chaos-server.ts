import { createServer, type ServerResponse } from 'node:http';
import { createRandom, type Random } from '@aibrix/core/random';
import { answer, DONE, delta, sse } from '../scripted-server.js';
import { listening, type RawServer } from './raw-server.js';

/** What a whole answer of the chaos server says. */
export const WORDS: readonly string[] = ['one ', 'two ', 'three'];

const WHOLE = answer([...WORDS]);
const EVENT_STREAM = { 'content-type': 'text/event-stream' };

const begin = (response: ServerResponse, piece: string): void => {
  response.writeHead(200, EVENT_STREAM).write(piece);
};

const later = (ms: number, action: () => void): void => {
  setTimeout(action, ms);
};

type Behaviour = (response: ServerResponse, random: Random) => void;

/** Right answers, in the ways that they may come. */
const GOOD: readonly Behaviour[] = [
  (response) => response.writeHead(200, EVENT_STREAM).end(WHOLE),
  (response, random) => later(random.next() * 30, () => response.writeHead(200, EVENT_STREAM).end(WHOLE)),
  (response, random) => {
    const at = Math.floor(random.next() * WHOLE.length);
    begin(response, WHOLE.slice(0, at));
    later(random.next() * 20, () => response.end(WHOLE.slice(at)));
  },
  (response) => response.writeHead(200, EVENT_STREAM).end(WHOLE.replace(DONE, '').replaceAll('\n', '\r\n')),
  (response) => {
    const message = { content: WORDS.join('') };
    const body = { choices: [{ message, finish_reason: 'stop' }], usage: { completion_tokens: 3 } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  },
  // Whole when it says so; what the connection does then is its own affair.
  (response) => {
    begin(response, WHOLE);
    later(10, () => response.socket?.resetAndDestroy());
  },
  (response) => begin(response, WHOLE),
];

/** Answers that are none. */
const BAD: readonly Behaviour[] = [
  (response) => response.destroy(),
  (response) => response.socket?.resetAndDestroy(),
  (response) => {
    begin(response, delta('one '));
    later(5, () => response.destroy());
  },
  (response) => {
    begin(response, delta('one '));
    later(5, () => response.socket?.resetAndDestroy());
  },
  (response) => response.writeHead(200, EVENT_STREAM).end(`${delta('one ')}data: {"cho`),
  (response) => response.writeHead(200, EVENT_STREAM).end(`${delta('one ')}data: {"cho\n\n`),
  (response) => response.writeHead(200, EVENT_STREAM).end(sse({ error: { message: 'died' } })),
  (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  (response) => response.writeHead(200, EVENT_STREAM).end(),
  (response) => response.writeHead(429, { 'retry-after': '0.01' }).end('{"error":"busy"}'),
  (response) => response.writeHead(503, { connection: 'close' }).end(),
  (response) => response.writeHead(500).end('<h1>oops</h1>'),
  (response) => response.writeHead(401).end('{"error":{"message":"who?"}}'),
  (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  (response) => response.writeHead(503, { 'x-error-routing': 'true' }).end(),
  (response) => response.socket?.end('what?\r\n'),
  (response) => response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nshort'),
  // These last until the deadline.
  () => {},
  (response) => begin(response, delta('one ')),
  (response) => response.writeHead(500).write('{"error":'),
];

export interface ChaosServer extends RawServer {
  /** Requests so far. */
  readonly requests: number;
  /** Connections that are open now. */
  open(): Promise<number>;
}

/** Answers four of ten requests wrongly, in every way there is. */
export const startChaosServer = async (seed: number): Promise<ChaosServer> => {
  const random = createRandom(seed, 'chaos');
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    response.on('error', () => {});
    request.on('error', () => {});
    const behaviour = random.pick(random.next() < 0.6 ? GOOD : BAD);
    // Some do not wait for the whole of the request.
    if (random.next() < 0.1) behaviour(response, random);
    else request.on('end', () => behaviour(response, random));
    request.resume();
  });
  const listener = await listening(server);
  return {
    get url() {
      return listener.url;
    },
    get port() {
      return listener.port;
    },
    get connections() {
      return listener.connections;
    },
    get requests() {
      return requests;
    },
    open: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
};
