import type { Socket } from 'node:net';
import type { Clock } from '@aibrix/core/clock';
import type { buildConnector } from 'undici';

/** What came of opening connections ahead of time. */
export interface WarmOutcome {
  opened: number;
  /** Why the others were not opened, once for each reason; empty when all were. */
  reasons: string[];
}

interface Spare {
  socket: Socket;
  openedMs: number;
  dispose: () => void;
}

/** A connection, and since when it has been open. */
type OnConnection = (error: Error | null, socket: Socket | null, openedMs: number) => void;

const stripBrackets = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const noop = (): void => {};

const wordsOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message;

/**
 * Connections that were opened before they are needed, TLS handshake included, and have carried nothing yet. One that
 * the server closes meanwhile is dropped.
 */
export class SpareConnections {
  readonly #connector: buildConnector.connector;
  readonly #target: buildConnector.Options;
  readonly #clock: Clock;
  readonly #spares: Spare[] = [];
  #isClosed = false;
  /** Connections opened in all, ahead of time or when they were needed. */
  opened = 0;

  constructor(url: URL, options: { connector: buildConnector.connector; clock: Clock }) {
    const { host, hostname, protocol, port } = url;
    this.#target = { host, hostname: stripBrackets(hostname), protocol, port };
    this.#connector = options.connector;
    this.#clock = options.clock;
  }

  /** Open, and not handed out. */
  get waiting(): number {
    return this.#spares.length;
  }

  /** Opens connections, and resolves when each is there or has failed; never rejects. */
  async open(count: number): Promise<WarmOutcome> {
    const errors = await Promise.all(Array.from({ length: count }, () => this.#openSpare()));
    const failures = errors.filter((error) => error !== null);
    return { opened: count - failures.length, reasons: [...new Set(failures.map(wordsOf))] };
  }

  /** Hands out a spare, or opens a connection. */
  take(options: buildConnector.Options, onConnection: OnConnection): void {
    const spare = this.#spares.pop();
    if (spare) {
      spare.dispose();
      spare.socket.ref();
      // The one who asks is not ready for an answer before this call returns.
      queueMicrotask(() => onConnection(null, spare.socket, spare.openedMs));
      return;
    }
    this.#connector(options, (error, socket) => {
      if (error) {
        onConnection(error, null, 0);
        return;
      }
      this.opened++;
      onConnection(null, socket, this.#clock.now());
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { socket } of this.#spares.splice(0)) socket.destroy();
  }

  #openSpare(): Promise<Error | null> {
    return new Promise((resolve) => {
      this.#connector(this.#target, (error, socket) => {
        if (error) {
          resolve(error);
          return;
        }
        this.opened++;
        if (this.#isClosed) socket.destroy();
        else this.#keep(socket);
        resolve(null);
      });
    });
  }

  #keep(socket: Socket): void {
    const drop = (): void => {
      const index = this.#spares.indexOf(spare);
      if (index !== -1) this.#spares.splice(index, 1);
      spare.dispose();
      socket.on('error', noop).destroy();
    };
    // HTTP/1.1 servers speak when they are spoken to: what can be read now is the end, or makes no sense. With HTTP/2
    // they greet.
    const isGreeted = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
    const events = isGreeted ? ['close', 'error'] : ['close', 'error', 'readable'];
    const spare: Spare = {
      socket,
      openedMs: this.#clock.now(),
      dispose: () => {
        for (const event of events) socket.off(event, drop);
      },
    };
    for (const event of events) socket.on(event, drop);
    // A spare must not keep a process alive that has nothing else to do.
    socket.unref();
    this.#spares.push(spare);
  }
}
