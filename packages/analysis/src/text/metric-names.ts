import type { GoodputMetric } from '../goodput/goodput-targets.js';
import type { Distributions, Report } from '../report.js';

export interface NamedDistribution {
  key: keyof Distributions;
  name: string;
  /** `time` is shown in ms or s, whichever suits. */
  unit: 'time' | 'tokens' | 'tokens/s';
  /** What it is, in a line. */
  meaning: string;
}

/** What a user of the server feels, in the order in which it is felt. */
export const LATENCY_ROWS: readonly NamedDistribution[] = [
  { key: 'ttft_s', name: 'TTFT', unit: 'time', meaning: 'time to first token, from sending' },
  { key: 'tpot_s', name: 'TPOT', unit: 'time', meaning: 'time per output token after the first' },
  { key: 'itl_s', name: 'ITL', unit: 'time', meaning: 'gaps between tokens, all requests pooled' },
  { key: 'latency_s', name: 'Latency', unit: 'time', meaning: 'whole response, from sending' },
  { key: 'ttft_scheduled_s', name: 'TTFT, scheduled', unit: 'time', meaning: 'from when it was due' },
  { key: 'latency_scheduled_s', name: 'Latency, scheduled', unit: 'time', meaning: 'from when it was due' },
];

/** Sizes and speeds of single requests. */
export const REQUEST_ROWS: readonly NamedDistribution[] = [
  { key: 'prompt_tokens', name: 'Prompt', unit: 'tokens', meaning: 'tokens, as the server counts' },
  { key: 'output_tokens', name: 'Output', unit: 'tokens', meaning: 'tokens, reasoning included' },
  { key: 'cached_tokens', name: 'Cached prompt', unit: 'tokens', meaning: 'found in the prefix cache' },
  { key: 'reasoning_tokens', name: 'Reasoning', unit: 'tokens', meaning: 'part of the output' },
  { key: 'throughput_tokens_per_s', name: 'Speed', unit: 'tokens/s', meaning: 'output tokens / latency' },
  { key: 'norm_tpot_s', name: 'Normalised latency', unit: 'time', meaning: 'latency / output tokens' },
  { key: 'itl_mean_s', name: 'Mean ITL', unit: 'time', meaning: 'of a request' },
];

/** How the client itself behaved. */
export const CONDUCT_ROWS: readonly NamedDistribution[] = [
  { key: 'client_lag_s', name: 'Client lag', unit: 'time', meaning: 'what the client itself was late' },
  { key: 'turn_wait_s', name: 'Turn wait', unit: 'time', meaning: 'for the turn before, beyond the plan' },
  { key: 'queue_time_s', name: 'Queue time', unit: 'time', meaning: 'wait caused by the user’s own limits' },
  { key: 'connect_time_s', name: 'Connect time', unit: 'time', meaning: 'opening a connection, where there was none' },
  { key: 'dispatch_lag_s', name: 'Dispatch lag', unit: 'time', meaning: 'all together: sent − scheduled' },
];

export const GOODPUT_NAMES: Record<GoodputMetric, string> = {
  ttft: 'TTFT',
  tpot: 'TPOT',
  e2e: 'Latency',
  ttft_scheduled: 'TTFT, scheduled',
  e2e_scheduled: 'Latency, scheduled',
};

export const VERDICT_WORDS: Record<Report['verdict'], string> = {
  valid: 'This run is valid',
  'client-bound': 'This run is not valid: client-bound',
  'under-delivered': 'This run is not valid: under-delivered',
  unknown: 'Whether this run is valid is not known',
};

/** The rows that have values. */
export const measuredRows = (rows: readonly NamedDistribution[], report: Report): NamedDistribution[] =>
  rows.filter(({ key }) => report.distributions[key].count > 0);
