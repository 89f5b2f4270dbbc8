import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ContentDecodingError } from './content-decoding-error.js';
import type { TransportEvents } from './transport.js';

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;

/** Each gives what it has after every write, so that what a server flushed is seen when it arrives. */
const DECODERS: Record<string, () => Transform> = {
  gzip: () => createGunzip({ flush: Z_SYNC_FLUSH }),
  'x-gzip': () => createGunzip({ flush: Z_SYNC_FLUSH }),
  deflate: () => createInflate({ flush: Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ flush: ZSTD_e_flush }),
};

type BodyEvents = Pick<TransportEvents, 'onData' | 'onEnd' | 'onError'>;

/** Whether a body with this `content-encoding` has to be decoded. */
export const isEncoded = (encoding: string | string[] | undefined): encoding is string | string[] =>
  encoding !== undefined && encoding !== '' && String(encoding).toLowerCase() !== 'identity';

/**
 * Decompresses a body on its way. What comes out of a read has the time of that read, not of its decompression: reads
 * are decompressed one after another, and the next begins when the last has given all it had.
 */
export class ContentDecoding implements BodyEvents {
  readonly #encoding: string;
  readonly #events: BodyEvents;
  /** Lets go of the rest of a response that makes no sense. */
  readonly #giveUp: () => void;
  readonly #decoder: Transform | undefined;
  readonly #reads: { bytes: Uint8Array; timeMs: number }[] = [];
  #timeMs = 0;
  #isBusy = false;
  #isOver = false;
  /** The compressed data has ended; what a server sends after it is not looked at. */
  #isComplete = false;
  #endMs: number | null = null;

  constructor(encoding: string | string[], events: BodyEvents, giveUp: () => void) {
    this.#giveUp = giveUp;
    this.#encoding = String(encoding).trim().toLowerCase();
    this.#events = events;
    this.#decoder = Object.hasOwn(DECODERS, this.#encoding) ? DECODERS[this.#encoding]?.() : undefined;
    this.#decoder
      ?.on('data', (bytes: Buffer) => {
        if (!this.#isOver) events.onData(bytes, this.#timeMs);
      })
      .on('end', () => {
        this.#isComplete = true;
        this.#finish();
      })
      .on('error', (error) => this.#fail(error.message, this.#timeMs, error));
  }

  onData(bytes: Uint8Array, timeMs: number): void {
    if (this.#isOver || this.#isComplete) return;
    if (!this.#decoder) {
      this.#fail('no such coding is known', timeMs);
      return;
    }
    // The decoder works beside this thread, and the bytes are lent for this call only.
    this.#reads.push({ bytes: Uint8Array.from(bytes), timeMs });
    this.#next();
  }

  onEnd(timeMs: number): void {
    if (this.#isOver) return;
    this.#endMs = timeMs;
    // Nothing at all is nothing, whatever the header says of it.
    const isEmpty = this.#timeMs === 0 && this.#reads.length === 0;
    if (isEmpty || this.#isComplete) this.#finish();
    else this.#next();
  }

  onError(error: unknown, timeMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#decoder?.destroy();
    this.#events.onError(error, timeMs);
  }

  #next(): void {
    if (this.#isBusy || this.#isOver || !this.#decoder) return;
    const read = this.#reads.shift();
    if (read) {
      this.#isBusy = true;
      this.#timeMs = read.timeMs;
      this.#decoder.write(read.bytes, () => {
        this.#isBusy = false;
        this.#next();
      });
    } else if (this.#endMs !== null) {
      this.#decoder.end();
    }
  }

  #finish(): void {
    // The end of the data may come before that of the response.
    if (this.#isOver || this.#endMs === null) return;
    this.#isOver = true;
    this.#decoder?.destroy();
    this.#events.onEnd(this.#endMs);
  }

  #fail(reason: string, timeMs: number, cause?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#decoder?.destroy();
    this.#events.onError(new ContentDecodingError(this.#encoding, reason, cause), timeMs);
    this.#giveUp();
  }
}
