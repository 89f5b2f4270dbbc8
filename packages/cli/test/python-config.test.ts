import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJsonl } from '@aibrix/core/jsonl';
import { type DatasetRecord, isSessionRecord, type RequestResult } from '@aibrix/schema';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

/** Every key that the Python tool documents, with placeholders in the sections that this run does not use. */
const CONFIG = fileURLToPath(new URL('../fixtures/python-tool.yaml', import.meta.url));

/** A real tokenizer.json, small, in place of the 5 MB one that the id stands for. */
const TOKENIZER = fileURLToPath(new URL('../../synthesis/fixtures/tiny-bpe/tokenizer.json', import.meta.url));

let cwd: string;
let mirror: Server;
let simulator: Simulator;
const downloads: { path: string | undefined; authorization: string | undefined }[] = [];
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'python-config-'));
  await writeFile(join(cwd, 'config.yaml'), readFileSync(CONFIG));
  mirror = createServer((request, response) => {
    downloads.push({ path: request.url, authorization: request.headers.authorization });
    response.end(readFileSync(TOKENIZER));
  }).listen(0, '127.0.0.1');
  await once(mirror, 'listening');
  simulator = await startSimulator({ port: 0, apiKey: 'sk-benchmark', models: ['llama-3-8b-instruct'] });
});
afterAll(async () => {
  mirror.closeAllConnections();
  mirror.close();
  await simulator.close();
  await rm(cwd, { recursive: true });
});

const records = async <T>(file: string): Promise<T[]> => {
  const all: T[] = [];
  for await (const record of readJsonl<T>(join(cwd, file))) all.push(record);
  return all;
};

describe('a config file of the Python tool', () => {
  it('runs unchanged', async () => {
    const { code, stderr, stdout } = await runCli(
      [
        'benchmark',
        '--stage',
        'all',
        '--config',
        'config.yaml',
        '--override',
        `endpoint=${simulator.url}`,
        '--override',
        'max_client_lag_ms=1000',
      ],
      {
        cwd,
        env: {
          API_KEY: 'sk-benchmark',
          HF_TOKEN: 'hf-token',
          HF_HOME: join(cwd, 'hub'),
          HF_ENDPOINT: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
        },
      },
    );
    expect(stderr).not.toMatch(/^error/m);
    expect(code).toBe(0);

    // The key of the endpoint stays with the endpoint; the hub gets its own.
    expect(downloads).toHaveLength(1);
    expect(downloads[0]?.path).toBe('/deepseek-ai/deepseek-llm-7b-chat/resolve/main/tokenizer.json');
    expect(downloads[0]?.authorization).toBe('Bearer hf-token');

    const dataset = await records<DatasetRecord>('output/dataset/synthetic_multiturn.jsonl');
    expect(dataset.every(isSessionRecord)).toBe(true);
    expect(Math.abs(dataset.length - 100)).toBeLessThan(6);

    const results = await records<RequestResult>('output/client_output/output.jsonl');
    expect(results.length).toBeGreaterThan(15);
    expect(results.every((result) => result.status === 'success' && Number(result.output_tokens) <= 128)).toBe(true);
    const report = await readFile(join(cwd, 'output/trace_analysis/report.md'), 'utf8');
    expect(report).toContain('TPOT');
    expect(stdout).toMatch(/Verdict +valid/);
    const everything =
      stdout +
      stderr +
      report +
      JSON.stringify(results) +
      (await readFile(join(cwd, 'output/client_output/output.run.json'), 'utf8'));
    expect(everything).not.toContain('sk-benchmark');
    expect(everything).not.toContain('hf-token');
  });
});
