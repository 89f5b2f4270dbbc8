import { Fifo } from './fifo.js';
import type { PlannedRequest } from './planned-request.js';

/** How far reading may run ahead of sending: enough that a slow disk is not noticed, in bounded memory. */
const MAX_REQUESTS = 4096;
const MAX_BYTES = 32 * 1024 * 1024;

/** Bytes that a waiting request holds, near enough. */
const bytesOf = (planned: PlannedRequest): number =>
  planned.prepared?.body.length ?? planned.request.prompt?.length ?? 0;

/** Reads planned requests ahead of their time, so that no request waits for the file. */
export class Lookahead {
  readonly #source: AsyncIterator<PlannedRequest>;
  readonly #queue = new Fifo<PlannedRequest>();
  #bytes = 0;
  #isExhausted = false;
  #failure: { error: unknown } | undefined;
  #onChange: (() => void) | undefined;

  constructor(source: AsyncIterable<PlannedRequest>) {
    this.#source = source[Symbol.asyncIterator]();
    void this.#read();
  }

  /** The next request if it is there already. */
  takeReady(): PlannedRequest | undefined {
    const next = this.#queue.shift();
    if (next === undefined) return undefined;
    this.#bytes -= bytesOf(next);
    this.#changed();
    return next;
  }

  /** The next request, or undefined at the end of the workload. Throws what reading threw. */
  async take(): Promise<PlannedRequest | undefined> {
    for (;;) {
      const next = this.takeReady();
      if (next !== undefined) return next;
      if (this.#failure) throw this.#failure.error;
      if (this.#isExhausted) return undefined;
      await this.#change();
    }
  }

  /** Ends the reading without its rest. */
  close(): void {
    this.#isExhausted = true;
    this.#changed();
    // A source that fails while it is let go of has nothing more to say.
    this.#source.return?.().catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        while (this.#isFull() && !this.#isExhausted) await this.#change();
        if (this.#isExhausted) return;
        const { value, done } = await this.#source.next();
        if (done) break;
        this.#queue.push(value);
        this.#bytes += bytesOf(value);
        this.#changed();
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#isExhausted = true;
    this.#changed();
  }

  #isFull(): boolean {
    return this.#queue.length >= MAX_REQUESTS || this.#bytes >= MAX_BYTES;
  }

  /** One side waits at a time: the reader for room, or the sender for requests. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  #changed(): void {
    const wake = this.#onChange;
    this.#onChange = undefined;
    wake?.();
  }
}
