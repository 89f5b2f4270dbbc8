import type { WorkloadBin, WorkloadChartData } from '../src/index.js';

/** A bin of so many requests that all state 100 prompt tokens and 10 output tokens. */
export const binOf = (index: number, requests: number, binMs = 1000): WorkloadBin => ({
  start_ms: index * binMs,
  requests,
  prompt_tokens: requests === 0 ? null : 100 * requests,
  output_tokens: requests === 0 ? null : 10 * requests,
  prompts_with_length: requests,
  outputs_with_length: requests,
});

/** Bins of a rate that rises and falls between none and twice its mean. */
export const wavyBins = (count: number, requestsPerBin: number, binMs = 1000): WorkloadBin[] =>
  Array.from({ length: count }, (_, index) =>
    binOf(index, Math.round(requestsPerBin * (1 + Math.sin((12 * index) / count))), binMs),
  );

/** What charts are made of: nothing but a title, unless told otherwise. */
export const workloadData = (more: Partial<WorkloadChartData> = {}): WorkloadChartData => ({
  title: 'workload.jsonl',
  bin_ms: 1000,
  bins: [],
  sessions: null,
  facts: [],
  notes: [],
  ...more,
});

/** A workload with everything that can be drawn. */
export const fullWorkload = (): WorkloadChartData =>
  workloadData({
    bins: wavyBins(60, 8),
    lengths: {
      prompt: [10, 20, 30].map((from) => ({ from, to: from + 10, count: from })),
      output: [1, 2, 4, 8].map((from) => ({ from, to: 2 * from, count: 5 })),
    },
    sessions: Array.from({ length: 120 }, (_, index) => ({ lane: index % 12, time_ms: index * 490 })),
    sessions_total: 12,
    dots_shown_of: 480,
    planned_rate: [
      { time_ms: 0, rate_rps: 8 },
      { time_ms: 60_000, rate_rps: 16 },
    ],
    facts: [{ label: 'Requests', value: '480' }],
    notes: ['Made for a test.'],
  });
