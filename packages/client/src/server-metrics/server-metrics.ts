import { Readable } from 'node:stream';
import type { Clock } from '@aibrix/core/clock';
import type { ServerMetricsRecord, ServerMetricsSummary } from '@aibrix/schema';
import type { RunOptions } from '../options.js';
import { createRedaction } from '../redaction.js';
import { MetricsPage } from './metrics-page.js';
import { createNameFilter } from './name-filter.js';
import { SeriesNumbers } from './series-index.js';
import { metricsUrls, resolveServerMetrics, type ServerMetricsSettings } from './settings.js';

/** After the run a page that does not answer is waited for no longer than this. */
const LAST_SCRAPES_MS = 2000;

/**
 * Scrapes the server's metrics pages beside a run: once before load, at each interval during it, and once after it. A page
 * that fails or is slow is on record, and never holds the run up.
 */
export class ServerMetrics {
  /** What was found, as it comes. It ends with the run. */
  readonly records: Readable = new Readable({ objectMode: true, read() {} });
  readonly #settings: ServerMetricsSettings | null;
  readonly #clock: Clock;
  readonly #pages: readonly MetricsPage[];
  readonly #underWay = new Map<MetricsPage, Promise<void>>();
  readonly #giveUp = new AbortController();
  #cancelTick = (): void => {};
  #scrapes = 0;
  #failed = 0;
  #skipped = 0;
  #isClosed = false;
  /** Pages that had a metric of the names asked for. */
  readonly #useful = new Set<MetricsPage>();

  constructor(options: RunOptions, clock: Clock) {
    this.#clock = clock;
    this.#settings = resolveServerMetrics(options);
    const isWanted = createNameFilter(this.#settings?.names ?? []);
    const numbers = new SeriesNumbers();
    this.#pages = metricsUrls(options).map(
      (url) =>
        new MetricsPage({
          url,
          headers: this.#headersFor(url, options),
          clock,
          isWanted,
          numbers,
          redact: createRedaction(options).message,
          fetch: options.fetch,
        }),
    );
  }

  /** The key is the endpoint's, and goes to no other origin. */
  #headersFor(url: string, { endpoint, apiKey }: RunOptions): Record<string, string> {
    const isOwn = new URL(url).origin === new URL(endpoint).origin;
    return this.#settings?.sendsApiKey && isOwn && apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  }

  /** The scrape before load. Resolves when each page has answered, or has failed to. */
  async before(signal: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#giveUp.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    await Promise.all(this.#pages.map((page) => this.#scrape(page, 'before')));
    signal.removeEventListener('abort', giveUp);
  }

  /** Scrapes one interval after `startMs` and at each further one, until `end` is called. */
  start(startMs: number): void {
    const { intervalMs } = this.#settings ?? {};
    if (intervalMs === undefined) return;
    const tick = (dueMs: number): void => {
      this.#cancelTick = this.#clock.at(dueMs, () => {
        for (const page of this.#pages) this.#scrapeUnlessBusy(page);
        // Late ticks are left out: pages are asked no more often than was said.
        const missed = Math.floor(Math.max(0, this.#clock.now() - dueMs) / intervalMs);
        this.#skipped += missed * this.#pages.length;
        tick(dueMs + (missed + 1) * intervalMs);
      });
    };
    // The scrape before load has only just been: the first requests have the thread to themselves.
    tick(startMs + intervalMs);
  }

  /** The scrape after the last request. Pages that do not answer are given up soon. */
  async end(): Promise<void> {
    this.#cancelTick();
    const cancelLimit = this.#clock.at(this.#clock.now() + LAST_SCRAPES_MS, () =>
      this.#giveUp.abort(new Error('given up: the run had ended')),
    );
    const last = this.#pages.map((page) => this.#scrape(page, 'after'));
    await Promise.all([...last, ...this.#underWay.values()]);
    cancelLimit();
    this.close();
  }

  /** No more records. */
  close(): void {
    this.#cancelTick();
    this.#giveUp.abort(new Error('given up: the run had ended'));
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.records.push(null);
  }

  /** What came of it; null where nothing was asked. */
  summary(): ServerMetricsSummary | null {
    if (!this.#settings) return null;
    return {
      endpoints: [...this.#settings.urls],
      scrapes: this.#scrapes,
      failed: this.#failed,
      skipped: this.#skipped,
    };
  }

  /** What the reader of the run record should know, in words. */
  warnings(): string[] {
    return this.#pages
      .filter((page) => !this.#useful.has(page))
      .map(
        (page) => `${page.shownUrl} had none of the metrics that were asked for; the records of its scrapes say why`,
      );
  }

  #scrapeUnlessBusy(page: MetricsPage): void {
    if (this.#underWay.has(page)) {
      this.#skipped++;
      return;
    }
    const scrape = this.#scrape(page, 'during').finally(() => this.#underWay.delete(page));
    this.#underWay.set(page, scrape);
  }

  async #scrape(page: MetricsPage, phase: ServerMetricsRecord['phase']): Promise<void> {
    this.#scrapes++;
    const record = await page.scrape(phase, this.#giveUp.signal);
    if (record.error != null) this.#failed++;
    if (record.samples.length > 0) this.#useful.add(page);
    if (!this.#isClosed) this.records.push(record);
  }
}
