import type { RequestResult } from '@aibrix/schema';
import { sizeOfResult } from './result-size.js';

export interface ResultStreamOptions {
  /** Memory that results may take while they wait for their consumer, in bytes. */
  maxBytes: number;
  /** Called once, when there is no more room; this result and all that follow are lost. */
  onOverflow: () => void;
}

/** While less than this waits, more may come that is not urgent: in steps so small that the event loop is not held up. */
const ROOM_BYTES = 256 * 1024;

/** Results as an async iterable that never makes their producer wait, in bounded memory. One consumer. */
export class ResultStream implements AsyncIterable<RequestResult> {
  readonly #options: ResultStreamOptions;
  #ready: RequestResult[] = [];
  /** What was ready when the consumer last had nothing left, in reverse: the next one is the last. */
  #batch: RequestResult[] = [];
  #bytes = 0;
  #lost = 0;
  #consumer: 'none' | 'here' | 'gone' = 'none';
  #ending: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  #onRoom: (() => void) | undefined;

  constructor(options: ResultStreamOptions) {
    this.#options = options;
  }

  /** Results that found no room. */
  get lost(): number {
    return this.#lost;
  }

  push(result: RequestResult): void {
    const bytes = sizeOfResult(result);
    if (this.#lost === 0 && this.#bytes > 0 && this.#bytes + bytes > this.#options.maxBytes) {
      this.#lost++;
      this.#options.onOverflow();
    } else {
      this.keep(result, bytes);
    }
  }

  /** A result that takes the place of what was in memory anyway, as that of a request which will never be sent. */
  keep(result: RequestResult, bytes: number = sizeOfResult(result)): void {
    if (this.#consumer === 'gone') return;
    if (this.#lost > 0) {
      this.#lost++;
      return;
    }
    this.#ready.push(result);
    this.#bytes += bytes;
    this.#notify();
  }

  /** Resolves when there is room again: for results that nothing makes urgent. Undefined when there is. */
  whenRoom(): Promise<void> | undefined {
    // Without a consumer there never will be.
    if (this.#consumer !== 'here' || this.#lost > 0 || this.#bytes < ROOM_BYTES) return undefined;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** No more results; with `error`, the consumer gets it after the last result. */
  end(error?: unknown): void {
    this.#ending = error === undefined ? {} : { error };
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RequestResult> {
    this.#consumer = 'here';
    try {
      for (;;) {
        for (let next = this.#take(); next !== undefined; next = this.#take()) yield next;
        if (this.#ending) {
          if ('error' in this.#ending) throw this.#ending.error;
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#consumer = 'gone';
      this.#ready = [];
      this.#batch = [];
      this.#tellRoom();
    }
  }

  #take(): RequestResult | undefined {
    if (this.#batch.length === 0 && this.#ready.length > 0) {
      this.#batch = this.#ready.reverse();
      this.#ready = [];
    }
    const next = this.#batch.pop();
    if (next === undefined) return undefined;
    this.#bytes -= sizeOfResult(next);
    if (this.#bytes < ROOM_BYTES) this.#tellRoom();
    return next;
  }

  #tellRoom(): void {
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
