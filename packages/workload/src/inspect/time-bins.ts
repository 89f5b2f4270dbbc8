/** What starts in a slice of time. Snake case: it stands in JSON. */
export interface WorkloadBin {
  start_ms: number;
  requests: number;
  /** Tokens of the prompts that state them; null where none does. */
  prompt_tokens: number | null;
  /** How many do. */
  prompts_with_length: number;
  output_tokens: number | null;
  outputs_with_length: number;
}

/** Requests by time, in bounded memory. */
export interface WorkloadBins {
  add(
    timeMs: number,
    request: { prompt_length?: number | null | undefined; output_length?: number | null | undefined },
  ): void;
  /**
   * Slices from time 0 to the last request, empty ones included, and their width; the last may be longer than the workload.
   * Joined until there are some requests in each: nothing can be added any more.
   */
  end(): { widthMs: number; bins: WorkloadBin[] };
}

/** Each is a multiple of the one before, so that slices can be joined; further ones double. */
const WIDTHS_MS = [100, 200, 1000, 2000, 10_000, 20_000, 60_000, 120_000, 600_000, 1_200_000, 3_600_000];
/** Enough for a chart. */
const MAX_BINS = 300;
/** With fewer requests in a slice its rate is chance; with so few slices it does not matter. */
const REQUESTS_A_BIN = 3;
const FEW_BINS = 30;

const empty = (): Omit<WorkloadBin, 'start_ms'> => ({
  requests: 0,
  prompt_tokens: null,
  prompts_with_length: 0,
  output_tokens: null,
  outputs_with_length: 0,
});

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));

/** Starts with slices of 100 ms, and joins them when there are more than 300. */
export const createWorkloadBins = (): WorkloadBins => {
  let bins: Omit<WorkloadBin, 'start_ms'>[] = [];
  let step = 0;
  let requests = 0;
  let widthMs = WIDTHS_MS[0] as number;

  const widen = (): void => {
    const wider = WIDTHS_MS[++step] ?? widthMs * 2;
    const factor = wider / widthMs;
    const joined: typeof bins = [];
    for (const [index, bin] of bins.entries()) {
      const place = Math.floor(index / factor);
      joined[place] ??= empty();
      const into = joined[place];
      into.requests += bin.requests;
      into.prompt_tokens = sum(into.prompt_tokens, bin.prompt_tokens);
      into.prompts_with_length += bin.prompts_with_length;
      into.output_tokens = sum(into.output_tokens, bin.output_tokens);
      into.outputs_with_length += bin.outputs_with_length;
    }
    bins = joined;
    widthMs = wider;
  };
  return {
    add(timeMs, { prompt_length, output_length }) {
      while (timeMs >= widthMs * MAX_BINS) widen();
      const index = Math.floor(timeMs / widthMs);
      while (bins.length <= index) bins.push(empty());
      const bin = bins[index] as Omit<WorkloadBin, 'start_ms'>;
      requests++;
      bin.requests++;
      if (prompt_length != null) {
        bin.prompt_tokens = (bin.prompt_tokens ?? 0) + prompt_length;
        bin.prompts_with_length++;
      }
      if (output_length != null) {
        bin.output_tokens = (bin.output_tokens ?? 0) + output_length;
        bin.outputs_with_length++;
      }
    },
    end() {
      while (bins.length > Math.max(FEW_BINS, requests / REQUESTS_A_BIN)) widen();
      return { widthMs, bins: bins.map((bin, index) => ({ start_ms: index * widthMs, ...bin })) };
    },
  };
};
