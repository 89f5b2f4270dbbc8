import { createRandom, exponential, lognormal, normal } from '@aibrix/core/random';
import { createQuantileSketch, judgeRun } from '@aibrix/metrics';
import { type RequestResult, type RunRecord, SCHEMA_VERSION } from '@aibrix/schema';

const START_TIME = 1_790_000_000;

export interface SimulatedRunOptions {
  requests: number;
  ratePerSecond?: number;
  seed?: number;
  /** Share of requests that fail. */
  failures?: number;
}

/**
 * Results such as a run against a serving engine leaves, from a crude model of one: the more requests are in flight,
 * the slower each decodes; half-way the rate doubles for a while. In the order in which the requests ended.
 */
export const simulatedResults = ({
  requests,
  ratePerSecond = 12,
  seed = 1,
  failures = 0.01,
}: SimulatedRunOptions): RequestResult[] => {
  const random = createRandom(seed, 'simulated-run');
  const gap = exponential(random.fork('gaps'), ratePerSecond);
  const promptTokens = lognormal(random.fork('prompts'), 6, 0.7);
  const outputTokens = lognormal(random.fork('outputs'), 4.3, 0.6);
  const noise = normal(random.fork('noise'), 1, 0.1);
  const lag = exponential(random.fork('lag'), 3000);
  let ends: number[] = [];
  let time = START_TIME;
  const results = Array.from({ length: requests }, (_, index): RequestResult => {
    const progress = index / requests;
    time += gap() / (progress > 0.5 && progress < 0.7 ? 2 : 1);
    const planned_output = Math.max(1, Math.round(outputTokens()));
    const prompt = Math.max(8, Math.round(promptTokens()));
    const scheduled_time = time;
    const start_time = scheduled_time + lag();
    ends = ends.filter((end) => end > start_time);
    const busy = ends.length;
    const base: RequestResult = {
      request_id: index,
      workload_id: `${index}-0`,
      status: 'success',
      model: 'sim-8b',
      prompt_length_planned: prompt,
      output_length_planned: planned_output,
      planned_time: scheduled_time,
      scheduled_time,
      queue_time: 0,
      start_time,
      dispatch_lag: start_time - scheduled_time,
      attempts: 1,
    };
    if (random.next() < failures) {
      const isTimeout = random.next() < 0.5;
      return {
        ...base,
        status: 'error',
        error_type: isTimeout ? 'timeout' : 'http_5xx',
        error_message: isTimeout ? 'no answer within 60 s' : 'upstream <overloaded> & busy',
        http_status: isTimeout ? null : 503,
        end_time: start_time + (isTimeout ? 5 : 0.02),
      };
    }
    const ttft = (0.03 + prompt * 0.00008 + busy ** 2 * 0.00004) * Math.max(0.3, noise());
    const step = 0.012 + busy * 0.0006;
    const itl = Array.from({ length: planned_output - 1 }, () => step * Math.max(0.2, noise()));
    const decode = itl.reduce((sum, value) => sum + value, 0);
    const first_token_time = start_time + ttft;
    const last_token_time = first_token_time + decode;
    const end_time = last_token_time + 0.001;
    ends.push(end_time);
    return {
      ...base,
      prompt_tokens: prompt,
      output_tokens: planned_output,
      total_tokens: prompt + planned_output,
      cached_tokens: Math.floor(prompt / 32) * 16,
      first_token_time,
      last_token_time,
      end_time,
      latency: end_time - start_time,
      ttft,
      tpot: planned_output > 1 ? decode / (planned_output - 1) : null,
      throughput: planned_output / (end_time - start_time),
      itl,
      itl_tokens: itl.map(() => 1),
      http_status: 200,
      finish_reason: 'length',
    };
  });
  return results.sort((a, b) => (a.end_time ?? 0) - (b.end_time ?? 0));
};

/** The run record that a client would leave beside `results`. */
export const simulatedRunRecord = (results: readonly RequestResult[], change: Partial<RunRecord> = {}): RunRecord => {
  const lags = createQuantileSketch();
  const errors: Record<string, number> = {};
  for (const { dispatch_lag, error_type } of results) {
    if (typeof dispatch_lag === 'number') lags.add(dispatch_lag * 1000);
    if (error_type) errors[error_type] = (errors[error_type] ?? 0) + 1;
  }
  const offered = results.length;
  const succeeded = results.filter(({ status }) => status === 'success').length;
  const judged = judgeRun({ clientLagsMs: lags, offered, sent: offered, unsent: 0 });
  return {
    schema_version: SCHEMA_VERSION,
    client_version: '0.1.0',
    workload: { path: 'workload.jsonl', sha256: 'a1b2c3d4'.repeat(8) },
    options: {
      endpoint: 'http://127.0.0.1:8888',
      model: 'sim-8b',
      streaming_enabled: true,
      time_scale: 1,
      timeout_second: 60,
      output_token_limit: null,
    },
    machine: { cpus: 2, node: 'v24.21.0', platform: 'linux' },
    start_wall_time: '2026-09-21T14:13:20.000Z',
    start_time: START_TIME,
    end_time: START_TIME + 300,
    counts: { offered, sent: offered, succeeded, failed: offered - succeeded, unsent: 0, errors },
    itl_tokens_source: 'usage',
    verdict: judged.verdict,
    verdict_reason: judged.reason,
    verdict_figures: judged.figures,
    warnings: [],
    ...change,
  };
};
