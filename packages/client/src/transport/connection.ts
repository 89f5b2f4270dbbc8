import { Client, type Dispatcher } from 'undici';
import type { SpareConnections } from './spare-connections.js';

/** A handler that wants to know which connection carries its request. */
export interface ConnectionUser {
  connection: Connection | undefined;
}

/** What a pool asks of its connections. */
export interface ConnectionOptions extends Client.Options {
  spares: SpareConnections;
}

/** One connection of a pool, which also knows for how long it has been idle. */
export class Connection extends Client {
  /** Since when it has been open without a request, in epoch milliseconds; with HTTP/2 there is no such time. */
  idleSinceMs: number = Number.POSITIVE_INFINITY;

  constructor(origin: URL, { spares, ...options }: ConnectionOptions) {
    super(origin, {
      ...options,
      connect: (target, callback) =>
        spares.take(target, (error, socket, openedMs) => {
          if (error || !socket) {
            callback(error ?? new Error('no connection'), null);
            return;
          }
          const isShared = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
          this.idleSinceMs = isShared ? Number.POSITIVE_INFINITY : openedMs;
          callback(null, socket);
        }),
    });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler & Partial<ConnectionUser>,
  ): boolean {
    handler.connection = this;
    return super.dispatch(options, handler);
  }
}
