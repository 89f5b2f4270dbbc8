import type { RequestResult, RunRecord, WorkloadEntry } from '@aibrix/schema';
import { type RunOptions, runWorkload, type WorkloadSource } from '../src/index.js';

export type TestRunOptions = Omit<RunOptions, 'endpoint' | 'model'> & { endpoint: string };

/** Runs a workload and gives all of it, results in the order of their ids. */
export const collect = async (
  workload: WorkloadSource,
  options: TestRunOptions,
): Promise<{ results: RequestResult[]; record: RunRecord }> => {
  const run = runWorkload(workload, { model: 'm', ...options });
  const results: RequestResult[] = [];
  for await (const result of run) results.push(result);
  const record = await run.finished;
  return { results: results.toSorted((a, b) => Number(a.request_id) - Number(b.request_id)), record };
};

/** One request at 0 ms. */
export const single = (fields: object = {}): WorkloadEntry[] => [
  { timestamp: 0, requests: [{ prompt: 'hello', prompt_length: 1, output_length: 2, ...fields }] },
];

/** `count` requests, `gapMs` apart. */
export const steady = (count: number, gapMs: number, fields: (index: number) => object = () => ({})): WorkloadEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    timestamp: index * gapMs,
    requests: [{ prompt: `prompt ${index}`, output_length: 1, ...fields(index) }],
  }));
