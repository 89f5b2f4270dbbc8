import type { MetricSample, MetricSeries, MetricValue } from '@aibrix/schema';
import { parseSeries } from './exposition-line.js';
import type { RawSample } from './exposition-reader.js';

/** A server that makes a new series of each request would fill any memory. */
const MAX_SERIES = 100_000;

interface Entry {
  series: MetricSeries;
  /** Stands in a record. */
  isTold: boolean;
}

/** Numbers for the series of one file. */
export class SeriesNumbers {
  #next = 0;

  get isFull(): boolean {
    return this.#next >= MAX_SERIES;
  }

  take(): number {
    return this.#next++;
  }
}

const jsonValue = (value: number): MetricValue => {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
};

/** Samples of one scrape on their way into a record. */
export interface FoundSample {
  entry: Entry;
  value: number;
  timeSeconds: number | null;
}

/** Knows the series of one endpoint, so that each is read and told once. */
export class SeriesIndex {
  readonly #numbers: SeriesNumbers;
  readonly #entries = new Map<string, Entry>();

  constructor(numbers: SeriesNumbers) {
    this.#numbers = numbers;
  }

  /** The sample with its series; null where its text is none, or where there are too many. */
  find(
    { seriesText, value, timeSeconds }: RawSample,
    typeOf: (name: string) => MetricSeries['type'],
  ): FoundSample | null {
    let entry = this.#entries.get(seriesText);
    if (!entry) {
      const series = this.#numbers.isFull ? null : parseSeries(seriesText);
      if (!series) return null;
      const { name, labels } = series;
      entry = { series: { id: this.#numbers.take(), name, type: typeOf(name), labels }, isTold: false };
      this.#entries.set(seriesText, entry);
    }
    return { entry, value, timeSeconds };
  }

  /** What a record holds of the samples: with it their series are told. */
  tell(found: readonly FoundSample[]): { series: MetricSeries[]; samples: MetricSample[] } {
    const series: MetricSeries[] = [];
    const samples = found.map(({ entry, value, timeSeconds }): MetricSample => {
      if (!entry.isTold) series.push(entry.series);
      entry.isTold = true;
      const { id } = entry.series;
      return timeSeconds === null ? [id, jsonValue(value)] : [id, jsonValue(value), timeSeconds];
    });
    return { series, samples };
  }
}
