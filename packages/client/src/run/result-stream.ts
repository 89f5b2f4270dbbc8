import type { RequestResult } from '@aibrix/schema';

/** Results as an async iterable that never makes their producer wait. One consumer. */
export class ResultStream implements AsyncIterable<RequestResult> {
  #ready: RequestResult[] = [];
  #ending: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(result: RequestResult): void {
    this.#ready.push(result);
    this.#notify();
  }

  /** No more results; with `error`, the consumer gets it after the last result. */
  end(error?: unknown): void {
    this.#ending = error === undefined ? {} : { error };
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RequestResult> {
    for (;;) {
      const batch = this.#ready;
      this.#ready = [];
      yield* batch;
      if (this.#ready.length > 0) continue;
      if (this.#ending) {
        if ('error' in this.#ending) throw this.#ending.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
