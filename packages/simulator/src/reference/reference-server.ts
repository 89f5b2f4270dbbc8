import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { type AnswerShape, answerPieces, DEFAULT_SHAPE, ID_DIGITS, ID_OFFSET, resolveShape } from './answer-shape.js';
import { DueLine } from './due-line.js';
import { createRequestReader, type RawRequest } from './request-reader.js';

/**
 * What truly happened to a request: its number (the header `request-id`), when its first bytes were read, and when its first
 * token and its last bytes were handed to the socket, in epoch milliseconds on the server's clock.
 */
export type ReferenceTruth = [id: number, arrivalMs: number, firstByteMs: number, endMs: number];

export interface ReferenceServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Stream {
  socket: Socket;
  shape: PreparedShape;
  next: number;
  /** When its next piece is due by its own count. */
  dueMs: number;
  truth: ReferenceTruth;
}

interface PreparedShape extends AnswerShape {
  pieces: Buffer[];
  firsts: DueLine<Stream>;
  others: DueLine<Stream>;
}

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ';
const BACKLOG = 16_384;

const sendJson = (socket: Socket, body: string): void => {
  socket.write(`${JSON_HEAD}${Buffer.byteLength(body)}\r\n\r\n${body}`);
};

/** Blocks the whole server, as a process that is not scheduled does. */
const standStill = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

class RawServer {
  readonly #clock: Clock;
  #shape: PreparedShape;
  #truths: ReferenceTruth[] = [];
  #requests = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#shape = this.#prepare(DEFAULT_SHAPE);
  }

  serve(socket: Socket): void {
    socket.setNoDelay(true);
    const read = createRequestReader(
      (request) => this.#answer(socket, request),
      (_, path) => !path.startsWith('/v1/'),
    );
    socket.on('data', (bytes: Buffer) => read(bytes, this.#clock.now()));
    // A client that goes away is no concern of the server's.
    socket.on('error', () => {});
  }

  #answer(socket: Socket, request: RawRequest): void {
    const { method, path, arrivalMs, body } = request;
    if (path === '/shape') {
      this.#shape = this.#prepare(resolveShape(JSON.parse(body.toString())));
      this.#truths = [];
      sendJson(socket, '{}');
    } else if (path === '/truth') {
      sendJson(socket, JSON.stringify(this.#truths));
      this.#truths = [];
    } else if (path === '/stall') {
      sendJson(socket, '{}');
      this.#clock.at(this.#clock.now() + 1, () => standStill(JSON.parse(body.toString()).ms));
    } else if (method === 'GET') {
      sendJson(socket, '{"object":"list","data":[]}');
    } else {
      const id = this.#requests++;
      const { firstTokenMs, firsts } = this.#shape;
      const truth: ReferenceTruth = [id, arrivalMs, 0, 0];
      const stream: Stream = { socket, shape: this.#shape, next: 0, dueMs: arrivalMs + firstTokenMs, truth };
      if (firstTokenMs === 0) this.#write(stream);
      else firsts.add(stream, stream.dueMs);
    }
  }

  #prepare(shape: AnswerShape): PreparedShape {
    const write = (stream: Stream): void => this.#write(stream);
    return {
      ...shape,
      pieces: answerPieces(shape),
      firsts: new DueLine(this.#clock, write),
      others: new DueLine(this.#clock, write),
    };
  }

  #write(stream: Stream): void {
    const { socket, shape, truth } = stream;
    if (socket.destroyed) return;
    let piece = shape.pieces[stream.next] as Buffer;
    const nowMs = this.#clock.now();
    if (stream.next === 0) {
      truth[2] = nowMs;
      piece = Buffer.from(piece);
      piece.write(String(truth[0] % 10 ** ID_DIGITS).padStart(ID_DIGITS, '0'), ID_OFFSET, 'latin1');
    }
    socket.write(piece);
    stream.next++;
    if (stream.next < shape.pieces.length) {
      // Counted from when it was due, not from when it was written: streams that a busy moment wrote together would stay
      // together, and soon all of them would be written in one burst.
      stream.dueMs += shape.gapMs ?? 0;
      shape.others.add(stream, stream.dueMs);
    } else if (shape.keepsTruth) {
      truth[3] = nowMs;
      this.#truths.push(truth);
    }
  }
}

/**
 * Starts a server that costs as little as it can and knows the true times of every request: what a client is measured
 * against. It serves no engine: every POST under `/v1` gets the same answer, prepared beforehand. `POST /shape` (an
 * `AnswerShape`) says what answers are like from then on, `GET /truth` gives the true times since and forgets them,
 * `POST /stall` (`{"ms":…}`) blocks it. On the loopback only.
 */
export const startReferenceServer = async (options: { port?: number | undefined } = {}): Promise<ReferenceServer> => {
  const raw = new RawServer(createRealClock());
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    raw.serve(socket);
  });
  server.listen({ port: options.port ?? 0, host: '127.0.0.1', backlog: BACKLOG });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
