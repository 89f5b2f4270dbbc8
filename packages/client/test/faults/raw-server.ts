import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface RawServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Connections so far. */
  readonly connections: number;
}

/** Listens on the loopback, and closes every connection in the end. */
export const listening = async (server: Server, scheme: 'http' | 'https' = 'http'): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A server below HTTP: `answer` is called once a connection, when its first bytes have come. */
export const startRawServer = (answer: (socket: Socket) => void): Promise<RawServer> =>
  listening(
    createServer((socket) => {
      socket.once('data', () => answer(socket));
    }),
  );
