import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { answer } from './scripted-server.js';

const now = (): number => performance.timeOrigin + performance.now();

/** A connection as the server saw it. Times are epoch milliseconds. */
export interface SeenConnection {
  openedMs: number;
  firstByteMs: number | null;
  requests: number;
  socket: Socket;
}

export interface RawServer extends AsyncDisposable {
  url: string;
  seen: SeenConnection[];
  server: Server;
}

const BODY = answer(['a']);

/** A whole answer, with what keeps the connection open. */
export const WHOLE: string = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

const isWhole = (text: string): boolean => {
  const headEnd = text.indexOf('\r\n\r\n');
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return headEnd !== -1 && Buffer.byteLength(text.slice(headEnd + 4)) >= length;
};

/** A server below HTTP: it sees every connection, whether or not anything is sent on it. */
export const startRawServer = async (
  options: {
    /** What to do with a whole request, the first on its connection being 1. Default: a whole answer. */
    onRequest?: (connection: SeenConnection) => void;
    /** Connections at once; further ones are closed. */
    maxConnections?: number;
    /** Default `127.0.0.1`. */
    host?: string;
    onConnection?: (connection: SeenConnection) => void;
  } = {},
): Promise<RawServer> => {
  const seen: SeenConnection[] = [];
  const server = createServer((socket) => {
    const connection: SeenConnection = { openedMs: now(), firstByteMs: null, requests: 0, socket };
    seen.push(connection);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      connection.firstByteMs ??= now();
      text += bytes.toString('latin1');
      if (!isWhole(text)) return;
      text = '';
      connection.requests++;
      if (options.onRequest) options.onRequest(connection);
      else socket.write(WHOLE);
    });
    options.onConnection?.(connection);
  });
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  const { host = '127.0.0.1' } = options;
  server.listen(0, host);
  await once(server, 'listening');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    seen,
    server,
    async [Symbol.asyncDispose]() {
      for (const { socket } of seen) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
