import { createRandom, exponential } from '@aibrix/core/random';
import { createQuantileSketch, type QuantileSketch } from '@aibrix/metrics';
import type { CalibrationShape, Probe, WorkloadEntry } from '@aibrix/schema';
import type { RunOptions } from '../options.js';
import { runWorkload } from '../run/run-workload.js';

/** A server that says when requests truly came and were answered: `spawnReferenceServer` of `@aibrix/simulator` starts one. */
export interface CalibrationTarget {
  url: string;
  /** Sets what answers are like. */
  setShape(shape: { chunks: number; firstTokenMs: number; gapMs: number | null }): Promise<void>;
  /** Per request since then: the header `request-id` as a number, its arrival and the handing over of its first byte, in milliseconds. */
  takeTruth(): Promise<readonly (readonly [id: number, arrivalMs: number, firstByteMs: number, ...unknown[]])[]>;
}

export interface ProbeOptions {
  rate: number;
  seconds: number;
  /** Default 0. */
  seed?: number | string | undefined;
  /** Further options of the run, such as `workers`. */
  run?: Partial<RunOptions> | undefined;
  signal?: AbortSignal | undefined;
}

/** Poisson arrivals, as independent users make them. */
const poissonLoad = (shape: CalibrationShape, { rate, seconds, seed = 0 }: ProbeOptions): WorkloadEntry[] => {
  const gapSeconds = exponential(createRandom(seed, `calibration/${shape.name}/${rate}`), rate);
  const requests = [
    { prompt: 'word '.repeat(shape.prompt_tokens), prompt_length: shape.prompt_tokens, output_length: shape.chunks },
  ];
  const entries: WorkloadEntry[] = [];
  for (let time = gapSeconds(); time < seconds; time += gapSeconds())
    entries.push({ timestamp: time * 1000, requests });
  return entries.length > 0 ? entries : [{ timestamp: 0, requests }];
};

const addErrors = (
  errors: QuantileSketch,
  ttfts: ReadonlyMap<number, number>,
  truths: Awaited<ReturnType<CalibrationTarget['takeTruth']>>,
): void => {
  for (const [id, arrivalMs, firstByteMs] of truths) {
    const ttft = ttfts.get(id);
    if (ttft !== undefined) errors.add(ttft * 1000 - (firstByteMs - arrivalMs));
  }
};

/** Runs an open loop at one rate, and holds what the client measured against what the server knows. */
export const probe = async (
  target: CalibrationTarget,
  shape: CalibrationShape,
  options: ProbeOptions,
): Promise<Probe> => {
  await target.setShape({ chunks: shape.chunks, firstTokenMs: shape.first_token_ms, gapMs: shape.gap_ms });
  const run = runWorkload(poissonLoad(shape, options), {
    endpoint: target.url,
    model: 'reference',
    preflight: 'off',
    signal: options.signal,
    ...options.run,
  });
  let cpu = process.cpuUsage();
  run.started.then(
    () => {
      cpu = process.cpuUsage();
    },
    () => {},
  );
  const ttfts = new Map<number, number>();
  for await (const { ttft, target_request_id: id } of run) if (ttft != null && id != null) ttfts.set(Number(id), ttft);
  const record = await run.finished;
  const { user, system } = process.cpuUsage(cpu);
  const errors = createQuantileSketch();
  addErrors(errors, ttfts, await target.takeTruth());
  const seconds = record.end_time - record.start_time;
  const { client_lag_p50_ms, client_lag_p99_ms } = record.verdict_figures;
  return {
    rate: options.rate,
    requests: record.counts.offered,
    seconds,
    verdict: record.verdict,
    client_lag_p50_ms,
    client_lag_p99_ms,
    ttft_error_p50_ms: errors.quantile(0.5),
    ttft_error_p99_ms: errors.quantile(0.99),
    dispersion: record.dispersion ?? null,
    cores_busy: (user + system) / 1e6 / seconds,
    failed: record.counts.failed,
  };
};
