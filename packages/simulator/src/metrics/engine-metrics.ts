import type { Clock } from '@aibrix/core/clock';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EngineListener, EngineRequest, EngineStats } from '../engine/engine.js';
import type { EngineFinish } from '../engine/engine-counters.js';
import { KV_BLOCK_TOKENS } from '../engine/kv-cache.js';
import type { Replica } from '../gateway/fleet.js';
import { podOf } from '../gateway/pod.js';
import { FIRST_TOKEN_SECONDS, REQUEST_SECONDS, TOKEN_GAP_SECONDS, tokenBuckets } from './histogram-buckets.js';

/** vLLM names them all from the start. */
const END_REASONS: readonly EngineFinish[] = ['stop', 'length', 'abort'];

/** How vLLM labels an engine, and the pod that a scraper in a cluster would add. */
const LABELS = ['model_name', 'engine', 'pod'] as const;

export interface EngineMetricsOptions {
  clock: Clock;
  /** For the label `model_name`. */
  modelName: string;
  maxModelLen: number;
}

/** Figures of the engines in Prometheus' text format, under the names that vLLM gives them. */
export interface EngineMetrics {
  readonly contentType: string;
  /** Follows a request that is handed to the engine number `engine` now; returns the listener to hand over. */
  watch(engine: number, request: EngineRequest, listener: EngineListener): EngineListener;
  /** The whole text, with gauges as they are now. */
  text(replicas: readonly Replica[]): Promise<string>;
}

type Observe = (seconds: number) => void;

type Histograms = Record<
  | 'firstToken'
  | 'tokenGap'
  | 'meanGap'
  | 'endToEnd'
  | 'queue'
  | 'prefill'
  | 'decode'
  | 'inference'
  | 'prompt'
  | 'answer',
  Histogram<(typeof LABELS)[number]>
>;

const histogramsIn = (registry: Registry, maxModelLen: number): Histograms => {
  const histogram = (name: string, help: string, buckets: readonly number[]): Histograms['prompt'] =>
    new Histogram({ name: `vllm:${name}`, help, buckets: [...buckets], labelNames: LABELS, registers: [registry] });
  const tokens = tokenBuckets(maxModelLen);
  return {
    firstToken: histogram('time_to_first_token_seconds', 'Time to first token in seconds.', FIRST_TOKEN_SECONDS),
    tokenGap: histogram('inter_token_latency_seconds', 'Gap between tokens in seconds.', TOKEN_GAP_SECONDS),
    meanGap: histogram(
      'request_time_per_output_token_seconds',
      'Mean time per output token of a request in seconds, without the first.',
      TOKEN_GAP_SECONDS,
    ),
    endToEnd: histogram(
      'e2e_request_latency_seconds',
      'Time from arrival to the last token in seconds.',
      REQUEST_SECONDS,
    ),
    queue: histogram('request_queue_time_seconds', 'Time in the queue in seconds.', REQUEST_SECONDS),
    prefill: histogram('request_prefill_time_seconds', 'Time from the queue to the first token.', REQUEST_SECONDS),
    decode: histogram('request_decode_time_seconds', 'Time from the first token to the last.', REQUEST_SECONDS),
    inference: histogram('request_inference_time_seconds', 'Time from the queue to the last token.', REQUEST_SECONDS),
    prompt: histogram('request_prompt_tokens', 'Prompt tokens of a request.', tokens),
    answer: histogram('request_generation_tokens', 'Tokens of an answer.', tokens),
  };
};

class VllmMetrics implements EngineMetrics {
  readonly contentType: string;
  readonly #options: EngineMetricsOptions;
  readonly #registry = new Registry();
  readonly #histograms: Histograms;
  readonly #observers = new Map<number, { [name in keyof Histograms]: Observe }>();
  readonly #setters: ((replica: Replica, engine: number) => void)[] = [];

  constructor(options: EngineMetricsOptions) {
    this.#options = options;
    this.contentType = this.#registry.contentType;
    this.#histograms = histogramsIn(this.#registry, options.maxModelLen);
    this.#addGauges();
    this.#addCounters();
  }

  watch(engine: number, request: EngineRequest, listener: EngineListener): EngineListener {
    const { clock } = this.#options;
    const observe = this.#observersOf(engine);
    const { promptTokens, outputTokens } = request;
    const arrivalMs = clock.now();
    let admittedMs = arrivalMs;
    let firstMs: number | undefined;
    let lastMs = arrivalMs;
    return {
      ...listener,
      onAdmitted: (admission) => {
        admittedMs = admission.timeMs;
        listener.onAdmitted?.(admission);
      },
      onTokens: (count, timeMs) => {
        if (firstMs === undefined) {
          firstMs = timeMs;
          observe.firstToken((timeMs - arrivalMs) / 1e3);
        } else observe.tokenGap((timeMs - lastMs) / 1e3);
        lastMs = timeMs;
        listener.onTokens(count, timeMs);
      },
      onDone: (timeMs) => {
        const first = firstMs ?? timeMs;
        observe.endToEnd((timeMs - arrivalMs) / 1e3);
        observe.queue((admittedMs - arrivalMs) / 1e3);
        observe.prefill((first - admittedMs) / 1e3);
        observe.decode((timeMs - first) / 1e3);
        observe.inference((timeMs - admittedMs) / 1e3);
        if (outputTokens > 1) observe.meanGap((timeMs - first) / 1e3 / (outputTokens - 1));
        observe.prompt(promptTokens);
        observe.answer(outputTokens);
        listener.onDone(timeMs);
      },
    };
  }

  text(replicas: readonly Replica[]): Promise<string> {
    for (const [engine, replica] of replicas.entries()) {
      for (const set of this.#setters) set(replica, engine);
    }
    return this.#registry.metrics();
  }

  #addGauges(): void {
    const gauge = (name: string, help: string, read: (replica: Replica) => number): void => {
      const registers = [this.#registry];
      const metric = new Gauge({ name: `vllm:${name}`, help, labelNames: LABELS, registers });
      this.#setters.push((replica, engine) => metric.set(this.#labels(engine, replica.pod.name), read(replica)));
    };
    gauge('num_requests_running', 'Sequences in the batch.', ({ engine }) => engine.stats().running);
    gauge('num_requests_waiting', 'Requests in the queue.', ({ engine }) => engine.stats().waiting);
    gauge('kv_cache_usage_perc', 'Share of the KV cache in use, from 0 to 1.', ({ engine }) => {
      const { usedKvBlocks, totalKvBlocks } = engine.stats();
      return usedKvBlocks / totalKvBlocks;
    });
    const info = new Gauge({
      name: 'vllm:cache_config_info',
      help: 'The KV cache.',
      labelNames: [...LABELS, 'block_size', 'num_gpu_blocks'],
      registers: [this.#registry],
    });
    this.#setters.push(({ engine, pod }, index) => {
      const blocks = { block_size: KV_BLOCK_TOKENS, num_gpu_blocks: engine.stats().totalKvBlocks };
      info.set({ ...this.#labels(index, pod.name), ...blocks }, 1);
    });
  }

  /** The engines keep the totals; a counter takes them over when it is asked. */
  #addCounters(): void {
    const counter = (name: string, help: string, read: (stats: EngineStats) => number): void => {
      const metric = new Counter({ name: `vllm:${name}`, help, labelNames: LABELS, registers: [this.#registry] });
      this.#setters.push(({ engine, pod }, index) => {
        const labels = this.#labels(index, pod.name);
        metric.remove(labels);
        metric.inc(labels, read(engine.stats()));
      });
    };
    counter('prompt_tokens_total', 'Prompt tokens processed.', ({ promptTokens }) => promptTokens);
    counter('generation_tokens_total', 'Tokens generated.', ({ generationTokens }) => generationTokens);
    counter('prefix_cache_queries_total', 'Prompt tokens looked up.', (stats) => stats.prefixCacheQueriedTokens);
    counter('prefix_cache_hits_total', 'Of these, found.', (stats) => stats.prefixCacheHitTokens);
    counter('num_preemptions_total', 'Requests taken back into the queue.', ({ preemptions }) => preemptions);
    const success = new Counter({
      name: 'vllm:request_success_total',
      help: 'Requests that ended, by their reason.',
      labelNames: [...LABELS, 'finished_reason'],
      registers: [this.#registry],
    });
    this.#setters.push(({ engine, pod }, index) => {
      const { finished } = engine.stats();
      for (const reason of END_REASONS) {
        const labels = { ...this.#labels(index, pod.name), finished_reason: reason };
        success.remove(labels);
        success.inc(labels, finished[reason]);
      }
    });
  }

  #labels(engine: number, pod: string): Record<(typeof LABELS)[number], string> {
    return { model_name: this.#options.modelName, engine: String(engine), pod };
  }

  #observersOf(engine: number): { [name in keyof Histograms]: Observe } {
    let observers = this.#observers.get(engine);
    if (!observers) {
      const labels = this.#labels(engine, podOf(engine).name);
      observers = Object.fromEntries(
        Object.entries(this.#histograms).map(([name, histogram]) => {
          const child = histogram.labels(labels);
          return [name, (value: number) => child.observe(value)];
        }),
      ) as { [name in keyof Histograms]: Observe };
      this.#observers.set(engine, observers);
    }
    return observers;
  }
}

/** Metrics of a simulator, apart from those of any other in the process. */
export const createEngineMetrics = (options: EngineMetricsOptions): EngineMetrics => new VllmMetrics(options);
