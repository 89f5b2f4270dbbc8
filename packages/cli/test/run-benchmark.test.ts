import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRealClock } from '@aibrix/core/clock';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PartialConfig, type Reporter, runBenchmark } from '../src/index.js';

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, apiKey: 'sk-of-the-test' });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-benchmark-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = (more: PartialConfig = {}): PartialConfig => ({
  tokenizer: 'cl100k_base',
  endpoint: simulator.url,
  api_key: '${KEY}',
  duration_ms: 1000,
  dataset_configs: { synthetic_multiturn: { num_sessions: 10 } },
  workload_configs: { constant: { target_qps: 20, target_completion_len: 4 } },
  dataset_dir: folder,
  workload_file: join(folder, 'workload.jsonl'),
  client_output: folder,
  trace_output: join(folder, 'report'),
  max_client_lag_ms: 1000,
  ...more,
});

const environment = { KEY: 'sk-of-the-test' };

const collecting = (): { reporter: Reporter; lines: string[] } => {
  const lines: string[] = [];
  const line = (text: string): void => {
    lines.push(text);
  };
  return { lines, reporter: { showsStatus: false, line, warn: line, json() {}, status() {}, clearStatus() {} } };
};

describe('runBenchmark', () => {
  it('is the pipeline as one call, and gives what each stage made', async () => {
    const { reporter, lines } = collecting();
    const outcome = await runBenchmark(config(), { environment, reporter });
    expect(outcome.dataset).toMatchObject({ kind: 'dataset', generator: 'synthetic_multiturn' });
    expect(outcome.workload).toMatchObject({ kind: 'workload', tokenizer: { name: 'cl100k_base' } });
    expect(outcome.run?.counts.succeeded).toBe(outcome.workload?.records);
    expect(outcome.report?.counts.succeeded).toBe(outcome.workload?.records);
    expect(outcome.run?.workload.sha256).toBe(outcome.workload?.sha256);
    expect(outcome.reportFiles?.map(({ format }) => format)).toEqual(['json', 'md', 'html']);
    expect(lines.map((line) => line.slice(0, 9).trim())).toEqual([
      'dataset',
      'workload',
      'workload',
      'client',
      'analysis',
    ]);
    expect(JSON.stringify(outcome)).not.toContain('sk-of-the-test');
  });

  it('makes the same dataset and workload again from the same config', async () => {
    const made = async (): Promise<unknown[]> => {
      const { dataset } = await runBenchmark(config(), { environment, stage: 'dataset' });
      const { workload } = await runBenchmark(config(), { environment, stage: 'workload' });
      return [dataset?.sha256, workload?.sha256];
    };
    expect(await made()).toEqual(await made());
  });

  it('refuses a clock of the caller where threads send, which have the machine’s', async () => {
    const clock = createRealClock();
    await expect(runBenchmark(config({ workers: 2 }), { environment, clock })).rejects.toThrow(
      'clock: it cannot be handed to worker threads',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('throws every problem of a config before it does anything', async () => {
    const wrong = { ...config(), time_scale: -1, prompt_tpye: 'x' } as PartialConfig;
    await expect(runBenchmark(wrong, { environment })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/prompt_tpye: unknown key \(did you mean prompt_type\?\)\ntime_scale: /),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('finds out that a server refuses the key before it makes anything', async () => {
    await expect(runBenchmark(config(), { environment: { KEY: 'sk-another' } })).rejects.toMatchObject({
      code: 'endpoint',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends when its signal aborts, whatever it is at', async () => {
    const controller = new AbortController();
    const { reporter } = collecting();
    const running = runBenchmark(config({ duration_ms: 60_000 }), {
      environment,
      signal: controller.signal,
      reporter: {
        ...reporter,
        line: (text) => {
          // The workload is made, and the client begins.
          if (text.startsWith('workload')) setTimeout(() => controller.abort(new Error('enough')), 1500);
        },
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(await readdir(folder)).not.toContain('report');
    expect(await readdir(folder)).toContain('output.run.json');
  });
});
