import type { WorkloadBin, WorkloadChartData } from './workload-chart-data.js';

/** More columns than this are finer than a screen shows. */
const MAX_COLUMNS = 300;

/** Tokens of one side in a slice. */
interface JoinedTokens {
  /** Per second of the time of which it is known; null where nothing is. */
  perSecond: number | null;
  /** Mean of the requests that state a length; null where none does, or nobody counted them. */
  mean: number | null;
}

/** Neighbouring bins drawn as one. */
export interface JoinedBin {
  fromMs: number;
  toMs: number;
  requestsPerSecond: number;
  /** Of the busiest of its bins. */
  peakPerSecond: number;
  prompt: JoinedTokens;
  output: JoinedTokens;
}

export interface JoinedBins {
  /** How many bins make one: 1, 2, 5, 10, … */
  factor: number;
  bins: JoinedBin[];
}

/** The smallest of 1, 2, 5, 10, 20, … that is not below `least`. */
const roundFactor = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [power, 2 * power, 5 * power].find((factor) => factor >= least) ?? 10 * power;
};

const SIDES = {
  prompt: { tokens: 'prompt_tokens', stated: 'prompts_with_length' },
  output: { tokens: 'output_tokens', stated: 'outputs_with_length' },
} as const;

const tokensOf = (bins: readonly WorkloadBin[], binMs: number, side: keyof typeof SIDES): JoinedTokens => {
  const { tokens, stated } = SIDES[side];
  let [sum, knownMs, countedSum, counted] = [0, 0, 0, 0];
  for (const bin of bins) {
    const inBin = bin[tokens];
    const withLength = bin[stated];
    // Where nothing is asked for, it is known how many tokens are: none.
    if (inBin !== null || bin.requests === 0) knownMs += binMs;
    sum += inBin ?? 0;
    if (inBin !== null && withLength !== undefined) {
      countedSum += inBin;
      counted += withLength;
    }
  }
  return {
    perSecond: knownMs > 0 ? (sum / knownMs) * 1000 : null,
    mean: counted > 0 ? countedSum / counted : null,
  };
};

const join = (bins: readonly WorkloadBin[], binMs: number): JoinedBin => {
  const requests = bins.reduce((sum, bin) => sum + bin.requests, 0);
  return {
    fromMs: bins[0]?.start_ms ?? 0,
    toMs: (bins.at(-1)?.start_ms ?? 0) + binMs,
    requestsPerSecond: (requests / (bins.length * binMs)) * 1000,
    peakPerSecond: (Math.max(...bins.map((bin) => bin.requests)) / binMs) * 1000,
    prompt: tokensOf(bins, binMs, 'prompt'),
    output: tokensOf(bins, binMs, 'output'),
  };
};

/** Bins without gaps between them, each group of neighbours by itself. */
const runsOf = (bins: readonly WorkloadBin[], binMs: number): WorkloadBin[][] => {
  const runs: WorkloadBin[][] = [];
  for (const bin of bins) {
    const before = runs.at(-1)?.at(-1);
    if (before && bin.start_ms - before.start_ms < 1.5 * binMs) runs.at(-1)?.push(bin);
    else runs.push([bin]);
  }
  return runs;
};

/** Joins neighbouring bins until there are at most about 300 of them; bins with a gap between them stay apart. */
export const joinBins = ({ bins, bin_ms }: WorkloadChartData): JoinedBins => {
  const factor = roundFactor(bins.length / MAX_COLUMNS);
  const joined = runsOf(bins, bin_ms).flatMap((run) =>
    Array.from({ length: Math.ceil(run.length / factor) }, (_, index) =>
      join(run.slice(index * factor, (index + 1) * factor), bin_ms),
    ),
  );
  return { factor, bins: joined };
};
