import { createLogHistogram, type LogHistogram } from './log-histogram.js';

/** What happened in one slice of the run. */
interface BinContent {
  offered: number;
  succeeded: number;
  failed: Map<string, number>;
  outputTokens: number;
  latency: LogHistogram;
  ttft: LogHistogram;
  clientLag: LogHistogram;
}

const FIRST_WIDTH_SECONDS = 1;
/** Enough for a chart; finer slices hold too few requests to speak of their quantiles. */
const MAX_BINS = 200;

const createContent = (): BinContent => ({
  offered: 0,
  succeeded: 0,
  failed: new Map(),
  outputTokens: 0,
  latency: createLogHistogram(),
  ttft: createLogHistogram(),
  clientLag: createLogHistogram(),
});

const pour = (from: BinContent, into: BinContent): void => {
  into.offered += from.offered;
  into.succeeded += from.succeeded;
  into.outputTokens += from.outputTokens;
  for (const [type, count] of from.failed) into.failed.set(type, (into.failed.get(type) ?? 0) + count);
  into.latency.merge(from.latency);
  into.ttft.merge(from.ttft);
  into.clientLag.merge(from.clientLag);
};

export interface TimeBins {
  /** The bin that a time (epoch seconds) falls into. */
  at(time: number): BinContent;
  /** Spreads output tokens evenly between two times over the bins that they touch. */
  spreadTokens(from: number, to: number, tokens: number): void;
  readonly widthSeconds: number;
  /** Every bin from the first to the last in use, in order, empty ones included. */
  list(): { startTime: number; content: BinContent }[];
}

/**
 * Slices of equal width from `originTime` on, made as they are needed, before the origin too: results come in the order
 * in which they ended. When a run needs more than 200, neighbours are joined and the width doubles.
 */
export const createTimeBins = (originTime: number): TimeBins => {
  let width = FIRST_WIDTH_SECONDS;
  let bins = new Map<number, BinContent>();
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;

  const joinNeighbours = (): void => {
    width *= 2;
    lowest = Math.floor(lowest / 2);
    highest = Math.floor(highest / 2);
    const finer = bins;
    bins = new Map();
    for (const [index, content] of finer) {
      const joined = Math.floor(index / 2);
      const present = bins.get(joined);
      if (present) pour(content, present);
      else bins.set(joined, content);
    }
  };

  const indexOf = (time: number): number => Math.floor((time - originTime) / width);

  const at = (time: number): BinContent => {
    // The span counts, not the bins in use: a report shows empty ones too.
    while (Math.max(highest, indexOf(time)) - Math.min(lowest, indexOf(time)) >= MAX_BINS) {
      joinNeighbours();
    }
    const index = indexOf(time);
    lowest = Math.min(lowest, index);
    highest = Math.max(highest, index);
    let content = bins.get(index);
    if (!content) {
      content = createContent();
      bins.set(index, content);
    }
    return content;
  };

  return {
    at,
    spreadTokens(from, to, tokens) {
      at(to);
      at(from);
      const last = indexOf(to);
      if (indexOf(from) === last) {
        at(from).outputTokens += tokens;
        return;
      }
      for (let index = indexOf(from); index <= last; index++) {
        const start = Math.max(from, originTime + index * width);
        const end = Math.min(to, originTime + (index + 1) * width);
        if (end > start) at((start + end) / 2).outputTokens += (tokens * (end - start)) / (to - from);
      }
    },
    get widthSeconds() {
      return width;
    },
    list() {
      if (bins.size === 0) return [];
      return Array.from({ length: highest - lowest + 1 }, (_, offset) => ({
        startTime: originTime + (lowest + offset) * width,
        content: bins.get(lowest + offset) ?? createContent(),
      }));
    },
  };
};
