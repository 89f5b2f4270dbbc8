import type { MetricSeries } from '@aibrix/schema';
import { endOfLabels, endOfWord, parseValue, skipBlanks } from './exposition-line.js';

/** What a reader tells of one sample. */
export interface RawSample {
  /** Name of the sample, and of the metric where that is not quoted within the braces. */
  name: string;
  /** Name and labels as they stand: the same text is the same series. */
  seriesText: string;
  value: number;
  /** When the value was taken, in epoch seconds on the server's clock; null where the endpoint does not say. */
  timeSeconds: number | null;
}

export interface ExpositionReaderOptions {
  /** Times are seconds (OpenMetrics), not milliseconds. */
  isOpenMetrics: boolean;
  /** Lines of other names are passed over, as cheaply as can be. */
  isWanted: (name: string) => boolean;
  /** Whether the series is one that can be read. */
  onSample: (sample: RawSample) => boolean;
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const OPEN = 0x7b;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** No metric has a longer line; a body without line breaks is something else. */
const MAX_LINE_BYTES = 1 << 20;

const TYPE_LINE = /^#\s+TYPE\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))\s+(\S+)/;
const NAME_START = /[A-Za-z_:{]/;

/** Types of both formats, as those that a reader has to tell apart. */
const TYPES: Readonly<Record<string, MetricSeries['type']>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  gaugehistogram: 'histogram',
};

const SUFFIX = /_(?:bucket|sum|count|total|created|info|gcount|gsum)$/;

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0 as the bytes come, line by line, so that a large body never
 * holds the event loop for longer than one read of it takes. Exemplars and help are passed over.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export class ExpositionReader {
  readonly #options: ExpositionReaderOptions;
  readonly #types = new Map<string, MetricSeries['type']>();
  /** The beginning of a line whose end has not come. */
  #rest: Uint8Array = NO_BYTES;
  #samples = 0;
  #malformed = 0;

  constructor(options: ExpositionReaderOptions) {
    this.#options = options;
  }

  /** Samples of wanted names. */
  get samples(): number {
    return this.#samples;
  }

  /** Lines that are not in the format. */
  get malformed(): number {
    return this.#malformed;
  }

  /** The type of a sample's metric, as far as it was declared before. */
  typeOf(name: string): MetricSeries['type'] {
    return this.#types.get(name) ?? this.#types.get(name.replace(SUFFIX, '')) ?? 'unknown';
  }

  /** @throws Error when a line has no end */
  push(bytes: Uint8Array): void {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = bytes.subarray(0, end);
      this.#readLines(this.#rest.length > 0 ? Buffer.concat([this.#rest, whole]) : whole);
      this.#rest = NO_BYTES;
    }
    if (end < bytes.length) this.#rest = Buffer.concat([this.#rest, bytes.subarray(end)]);
    if (this.#rest.length > MAX_LINE_BYTES) throw new Error(`it is not in the text format: a line has no end`);
  }

  /** The body is complete: a last line may lack its line break. */
  end(): void {
    this.#readLines(this.#rest);
    this.#rest = NO_BYTES;
  }

  #readLines(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline;
      this.#readLine(text, start, end);
      start = end + 1;
    }
  }

  #readLine(text: string, lineStart: number, end: number): void {
    const start = skipBlanks(text, lineStart, end);
    if (start === end) return;
    if (text.charCodeAt(start) === HASH) this.#readComment(text.slice(start, end));
    else this.#readSample(text, start, end);
  }

  #readComment(line: string): void {
    const match = TYPE_LINE.exec(line);
    const name = match?.[1] ?? match?.[2];
    if (match && name !== undefined) this.#types.set(name, TYPES[match[3] ?? ''] ?? 'unknown');
  }

  #readSample(text: string, start: number, end: number): void {
    if (!NAME_START.test(text.charAt(start))) {
      this.#malformed++;
      return;
    }
    const nameEnd = endOfWord(text, start, end);
    const name = text.charCodeAt(start) === OPEN ? quotedName(text, start) : text.slice(start, nameEnd);
    if (!this.#options.isWanted(name)) return;
    const next = skipBlanks(text, nameEnd, end);
    const seriesEnd = text.charCodeAt(next) === OPEN ? endOfLabels(text, next, end) : nameEnd;
    if (seriesEnd === -1 || !this.#readValue(text, { name, start, seriesEnd, end })) this.#malformed++;
    else this.#samples++;
  }

  #readValue(text: string, at: { name: string; start: number; seriesEnd: number; end: number }): boolean {
    const { name, start, seriesEnd, end } = at;
    const valueStart = skipBlanks(text, seriesEnd, end);
    const valueEnd = endOfWord(text, valueStart, end);
    const value = parseValue(text.slice(valueStart, valueEnd));
    if (value === undefined) return false;
    const timeStart = skipBlanks(text, valueEnd, end);
    let timeSeconds: number | null = null;
    if (timeStart < end && text.charCodeAt(timeStart) !== HASH) {
      const time = parseValue(text.slice(timeStart, endOfWord(text, timeStart, end)));
      if (time === undefined) return false;
      timeSeconds = this.#options.isOpenMetrics ? time : time / 1000;
    }
    return this.#options.onSample({ name, seriesText: text.slice(start, seriesEnd), value, timeSeconds });
  }
}

/** The name in `{"na.me",…}`; escapes are left as they are, which is enough to choose by. */
const quotedName = (text: string, open: number): string => {
  const from = text.indexOf('"', open) + 1;
  return text.slice(from, text.indexOf('"', from));
};
