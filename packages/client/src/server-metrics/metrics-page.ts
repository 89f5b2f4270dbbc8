import type { Clock } from '@aibrix/core/clock';
import type { ServerMetricsRecord } from '@aibrix/schema';
import ky from 'ky';
import { codeOf } from '../exchange/failure.js';
import { ExpositionReader } from './exposition-reader.js';
import { type FoundSample, SeriesIndex, type SeriesNumbers } from './series-index.js';
import { shownUrl } from './settings.js';

export interface MetricsPageOptions {
  url: string;
  /** Sent with each request. */
  headers: Readonly<Record<string, string>>;
  clock: Clock;
  isWanted: (name: string) => boolean;
  numbers: SeriesNumbers;
  /** Strikes secrets out of a text. */
  redact: (text: string) => string;
  fetch?: typeof globalThis.fetch | undefined;
}

/** The largest page that is read. */
const MAX_BYTES = 16 << 20;
const TIMEOUT_MS = 5000;

const OPEN_METRICS = 'application/openmetrics-text';

const MESSAGE_CHARACTERS = 200;

/** What lies at the bottom of an error: those above it name the whole URL, query included, and not what went wrong. */
const rootOf = (error: unknown): unknown => {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
};

const describe = (error: unknown): string => {
  const root = rootOf(error);
  const message = root instanceof Error ? root.message : String(root);
  const code = codeOf(error);
  return code === null || message.includes(code) ? message || (code ?? '') : `${message} (${code})`;
};

const milli = (ms: number): number => Math.round(ms * 1000) / 1e6;

/** The body as it comes. When the signal aborts, or the iteration is left, its connection is closed. */
const chunksOf = async function* ({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  const cancel = (): void => {
    reader.cancel(signal.reason).catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
};

/** One metrics page of a server. */
export class MetricsPage {
  readonly shownUrl: string;
  readonly #options: MetricsPageOptions;
  readonly #index: SeriesIndex;

  constructor(options: MetricsPageOptions) {
    this.#options = options;
    this.#index = new SeriesIndex(options.numbers);
    this.shownUrl = shownUrl(options.url);
  }

  /** Asks the page once; a failure is a record of it. `signal` gives it up. */
  async scrape(phase: ServerMetricsRecord['phase'], signal: AbortSignal): Promise<ServerMetricsRecord> {
    const { clock, redact } = this.#options;
    const startMs = clock.now();
    const found: FoundSample[] = [];
    let dropped = 0;
    let error: string | null = null;
    try {
      dropped = await this.#withinTime(signal, (deadline) => this.#read(found, deadline));
    } catch (cause) {
      error = redact(describe(cause).replaceAll(this.#options.url, this.shownUrl)).slice(0, MESSAGE_CHARACTERS);
    }
    const { series, samples } = this.#index.tell(error === null ? found : []);
    return {
      time: milli(startMs),
      scrape_seconds: milli(clock.now() - startMs),
      endpoint: this.shownUrl,
      phase,
      ...(error !== null && { error }),
      ...(dropped > 0 && { dropped_lines: dropped }),
      series,
      samples,
    };
  }

  /**
   * Work that ends when its time is up, whatever it waits for. The timer holds on to all that is needed for it: signals that
   * are only derived from others (`AbortSignal.any`, `AbortSignal.timeout`) may be collected before they fire.
   */
  async #withinTime<T>(signal: AbortSignal, work: (deadline: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const controller = new AbortController();
    const giveUp = (): void => controller.abort(signal.reason);
    const cancelTimeout = clock.at(clock.now() + TIMEOUT_MS, () =>
      controller.abort(new Error(`no whole answer within ${TIMEOUT_MS / 1000} s`)),
    );
    const ended = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([work(controller.signal), ended]);
    } finally {
      cancelTimeout();
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Reads the page into `found`; returns the number of lines that could not be used. */
  async #read(found: FoundSample[], signal: AbortSignal): Promise<number> {
    const { url, headers, fetch, isWanted } = this.#options;
    const response = await ky.get(url, {
      headers: {
        accept: 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1',
        // Packing a page costs the server, and unpacking it the client, more than the bytes do.
        'accept-encoding': 'identity',
        ...headers,
      },
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      // A redirect could lead the key to another server.
      redirect: 'manual',
      signal,
      ...(fetch && { fetch }),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}`);
    }
    const reader = new ExpositionReader({
      isOpenMetrics: response.headers.get('content-type')?.startsWith(OPEN_METRICS) ?? false,
      isWanted,
      onSample: (sample) => {
        const one = this.#index.find(sample, (name) => reader.typeOf(name));
        if (one) found.push(one);
        return one !== null;
      },
    });
    let bytes = 0;
    for await (const chunk of chunksOf(response, signal)) {
      bytes += chunk.length;
      // Leaving the loop closes the connection.
      if (bytes > MAX_BYTES) throw new Error(`the page is larger than ${MAX_BYTES >> 20} MiB`);
      reader.push(chunk);
    }
    reader.end();
    if (reader.samples === 0 && reader.malformed > 0) throw new Error('the page is not in the text format');
    return reader.malformed;
  }
}
