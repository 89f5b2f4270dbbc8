import { connect } from 'node:net';
import { createRealClock } from '@aibrix/core/clock';
import type { Simulator } from '../simulator.js';

/** All that a client saw of an answer. */
export interface RawAnswer {
  /** Everything that was read from the socket, headers included. */
  text: string;
  /** How it was read: each part with the milliseconds since the request was sent. */
  reads: { text: string; atMs: number }[];
  /** Code of the error that the connection ended with, such as `ECONNRESET`; null when it ended in order. */
  error: string | null;
}

export interface RawRequest {
  body: unknown;
  headers?: Record<string, string>;
  path?: string;
  /** Stops reading and closes when this says so of what has been read. */
  until?: (text: string) => boolean;
}

/** Sends one request on a connection of its own and reads to its end, without any parser in between. */
export const rawRequest = (simulator: Simulator, request: RawRequest): Promise<RawAnswer> => {
  const { body, headers = {}, path = '/v1/chat/completions', until } = request;
  const payload = Buffer.from(JSON.stringify(body));
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: test',
    'connection: close',
    'content-type: application/json',
    `content-length: ${payload.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const clock = createRealClock();
  const startMs = clock.now();
  const answer: RawAnswer = { text: '', reads: [], error: null };
  return new Promise((resolve) => {
    const socket = connect({ port: simulator.port, host: '127.0.0.1' });
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      answer.text += String(text);
      answer.reads.push({ text: String(text), atMs: clock.now() - startMs });
      if (until?.(answer.text)) socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      answer.error = error.code ?? error.message;
    });
    socket.on('close', () => resolve(answer));
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), payload]));
  });
};

/** The chunks of a body that was sent in chunks, without their frames; `isWhole` where the last, empty one came too. */
export const chunksIn = (text: string): { chunks: string[]; isWhole: boolean } => {
  const bytes = Buffer.from(text);
  let at = bytes.indexOf('\r\n\r\n') + 4;
  const chunks: string[] = [];
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(bytes.toString('utf8', at, lineEnd), 16);
    if (size === 0) return { chunks, isWhole: true };
    chunks.push(bytes.toString('utf8', lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { chunks, isWhole: false };
};

/** The body of an answer sent in chunks. */
export const bodyIn = (text: string): string => chunksIn(text).chunks.join('');
