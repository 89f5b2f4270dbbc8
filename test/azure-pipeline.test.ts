import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readJsonl } from '@aibrix/core/jsonl';
import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from './shared-data.js';

const BIN = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
const MINUTES = 10;
const trace = sharedData('AzureLLMInferenceTrace_conv.csv');

/** The trace read by other means than the product's: text lines, and times by big integers of 100 ns. */
const rowsOf = (path: string): { offsetMs: number; input: number; output: number }[] => {
  const ticks = (time: string): bigint => {
    const [seconds = '', fraction = ''] = time.split('.');
    return BigInt(Date.parse(`${seconds.replace(' ', 'T')}Z`)) * 10_000n + BigInt(fraction.padEnd(7, '0'));
  };
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
  const first = ticks((rows[0] as string).split(',')[0] as string);
  return rows.map((row) => {
    const [time = '', input, output] = row.split(',');
    return { offsetMs: Number(ticks(time) - first) / 10_000, input: Number(input), output: Number(output) };
  });
};

const collect = async <T>(path: string): Promise<T[]> => {
  const records: T[] = [];
  for await (const record of readJsonl<T>(path)) records.push(record);
  return records;
};

describe.skipIf(!trace)('the first ten minutes of the Azure conversation trace, twenty times as fast', () => {
  const folder = mkdtempSync(join(tmpdir(), 'azure-'));
  let simulator: ChildProcess;
  let code: number | null;
  const rows = trace ? rowsOf(trace).filter(({ offsetMs }) => offsetMs < MINUTES * 60_000) : [];

  beforeAll(async () => {
    simulator = spawn(process.execPath, [BIN, 'simulate', '--port', '0', '--profile', 'instant', '--quiet'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [endpoint] = await once(createInterface({ input: simulator.stdout as NodeJS.ReadableStream }), 'line');
    const overrides = {
      endpoint,
      tokenizer: 'o200k_base',
      workload_type: 'azure',
      'workload_configs.azure.trace_path': trace,
      'workload_configs.azure.length_mode': 'exact',
      duration_ms: MINUTES * 60_000,
      time_scale: 0.05,
      output_token_limit: null,
      workload_file: join(folder, 'workload.jsonl'),
      client_output: folder,
      trace_output: join(folder, 'report'),
      // Other tests share the two cores: delivery is what is tested here, not timing.
      max_client_lag_ms: 5000,
    };
    const words = Object.entries(overrides).flatMap(([key, value]) => ['--override', `${key}=${value}`]);
    const config = fileURLToPath(new URL('../config/config.yaml', import.meta.url));
    const benchmark = spawn(process.execPath, [BIN, 'benchmark', '--config', config, '--quiet', ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    [code] = (await once(benchmark, 'exit')) as [number | null];
  }, 180_000);

  afterAll(async () => {
    if (simulator.exitCode === null) {
      simulator.kill();
      await once(simulator, 'exit');
    }
    rmSync(folder, { recursive: true });
  });

  it('end well', () => {
    expect(code).toBe(0);
  });

  it('become a workload of the same requests, lengths and times', async () => {
    const entries = await collect<WorkloadEntry>(join(folder, 'workload.jsonl'));
    expect(entries).toHaveLength(rows.length);
    for (const [index, { timestamp, requests }] of entries.entries()) {
      const row = rows[index] as (typeof rows)[number];
      expect(Math.abs(timestamp - row.offsetMs)).toBeLessThan(1);
      expect(requests).toHaveLength(1);
      expect([requests[0]?.prompt_length, requests[0]?.output_length]).toEqual([row.input, row.output]);
    }
  });

  it('are all answered, each with exactly the lengths of its row by the count of the server', async () => {
    const results = await collect<RequestResult>(join(folder, 'output.jsonl'));
    expect(results).toHaveLength(rows.length);
    expect(new Set(results.map((result) => result.request_id)).size).toBe(rows.length);
    for (const { request_id, status, prompt_tokens, output_tokens } of results) {
      const row = rows[Number(request_id)] as (typeof rows)[number];
      expect({ status, prompt_tokens, output_tokens }).toEqual({
        status: 'success',
        prompt_tokens: row.input,
        output_tokens: row.output,
      });
    }
  });

  it('are reported', async () => {
    const report = JSON.parse(readFileSync(join(folder, 'report/report.json'), 'utf8'));
    expect(report.counts).toMatchObject({ offered: rows.length, succeeded: rows.length, failed: 0 });
    expect(report.tokens.prompt).toBe(rows.reduce((sum, row) => sum + row.input, 0));
    expect(report.tokens.output).toBe(rows.reduce((sum, row) => sum + row.output, 0));
  });
});
