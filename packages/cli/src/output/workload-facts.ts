import type { ArrivalFigures, BlockReuseFigures, TokenFigures, WorkloadCacheFigures } from '@aibrix/workload';
import { clockTime, count, figure, percent } from './format.js';

/** A line of a list. */
export interface Fact {
  label: string;
  value: string;
}

/** Figures of a manifest, as far as they are there. */
interface Figures {
  requests?: number;
  duration_ms?: number | null;
  mean_rate_rps?: number | null;
  interarrival_cv?: number | null;
  dispersion_1s?: number | null;
  sessions?: number;
  prompt_tokens?: TokenFigures;
  output_tokens?: TokenFigures;
  target_prompt_tokens?: TokenFigures;
  target_output_tokens?: TokenFigures;
  arrivals?: ArrivalFigures;
  trace_blocks?: BlockReuseFigures;
  ideal_prefix_cache?: WorkloadCacheFigures[];
}

const lengthsText = ({ total, mean, p50, p99, max }: TokenFigures): string =>
  `${count(total)} in all; mean ${figure(mean)}, p50 ${figure(p50)}, p99 ${figure(p99)}, max ${figure(max)}`;

const arrivalsText = (arrivals: ArrivalFigures): string => {
  const { process, shape, gaps, ks_distance: distance, ks_p_value: p, largest_deviation_ms: deviation } = arrivals;
  const name = shape === null ? process : `${process}, shape ${figure(shape)}`;
  if (deviation !== null) return `${name}: off its place by at most ${figure(deviation)} ms`;
  if (distance === null) return name;
  return `${name}: Kolmogorov–Smirnov distance ${figure(distance)} over ${count(gaps)} gaps (p = ${figure(p)})`;
};

/** What was asked for, where it is not what there is. */
const askedFor = function* (asked: TokenFigures | undefined, found: TokenFigures | undefined): Generator<Fact> {
  if (!asked || (found && lengthsText(asked) === lengthsText(found))) return;
  yield { label: 'asked for', value: lengthsText(asked) };
};

const facts = function* (figures: Figures): Generator<Fact> {
  const { requests, duration_ms, prompt_tokens: prompt, output_tokens: output } = figures;
  if (requests !== undefined) yield { label: 'Requests', value: count(requests) };
  if (figures.sessions) yield { label: 'Sessions', value: count(figures.sessions) };
  if (duration_ms != null) yield { label: 'Duration', value: clockTime(duration_ms / 1000) };
  if (figures.mean_rate_rps != null) yield { label: 'Mean rate', value: `${figure(figures.mean_rate_rps)} requests/s` };
  if (figures.interarrival_cv != null) {
    const dispersion = figures.dispersion_1s == null ? '' : `, dispersion in 1 s ${figure(figures.dispersion_1s)}`;
    yield { label: 'Variation', value: `of gaps ${figure(figures.interarrival_cv)}${dispersion}` };
  }
  if (figures.arrivals) yield { label: 'Arrivals', value: arrivalsText(figures.arrivals) };
  if (prompt && prompt.requests > 0) yield { label: 'Prompt tokens', value: lengthsText(prompt) };
  yield* askedFor(figures.target_prompt_tokens, prompt);
  if (output && output.requests > 0) yield { label: 'Output tokens', value: lengthsText(output) };
  yield* askedFor(figures.target_output_tokens, output);
  if (figures.trace_blocks) {
    const { reuse, blocks, distinct_blocks: distinct } = figures.trace_blocks;
    yield {
      label: 'Trace blocks',
      value: `${count(blocks)}, ${count(distinct)} distinct: ${percent(reuse)} reused`,
    };
  }
  for (const { block_tokens, hit_rate, cached_tokens } of figures.ideal_prefix_cache ?? []) {
    yield {
      label: `Prefix cache, ${block_tokens}`,
      value: `${percent(hit_rate)} of prompt tokens at best (${count(cached_tokens)}), in blocks of ${block_tokens}`,
    };
  }
};

/** What the statistics of a workload say, in lines for a person. */
export const workloadFacts = (statistics: Readonly<Record<string, unknown>>): Fact[] => [
  ...facts(statistics as Figures),
];
