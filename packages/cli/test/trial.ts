import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema } from '@aibrix/schema';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type CliOptions, type CliResult, runCli } from './run-cli.js';

/** A folder for each test, and a simulator that serves the model `sim` to all of them. */
export interface Trial {
  /** The folder, in which commands run. */
  readonly cwd: string;
  /** Where the simulator is. */
  readonly url: string;
  /** Runs a command line, words parted by spaces. */
  aibrix(words: string, options?: Partial<CliOptions>): Promise<CliResult>;
  /** Reads a file of results. */
  results(file: string): Promise<RequestResult[]>;
  /** Writes these lines as `w.jsonl`. */
  workload(lines: object[]): Promise<void>;
}

/** Call it at the top of a test file. */
export const useTrial = (): Trial => {
  let simulator: Simulator;
  let cwd: string;
  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, profile: 'instant', models: ['sim'] });
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'aibrix-'));
  });
  afterEach(() => rm(cwd, { recursive: true }));

  return {
    get cwd() {
      return cwd;
    },
    get url() {
      return simulator.url;
    },
    aibrix: (words, options = {}) => runCli(words.split(' ').filter(Boolean), { cwd, ...options }),
    async results(file) {
      const all: RequestResult[] = [];
      for await (const result of readJsonl(join(cwd, file), { schema: requestResultSchema })) all.push(result);
      return all;
    },
    workload: (lines) => writeFile(join(cwd, 'w.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
  };
};

/** `requests` entries of a workload, `gapMs` apart. */
export const steady = (requests: number, gapMs: number): object[] =>
  Array.from({ length: requests }, (_, index) => ({
    timestamp: index * gapMs,
    requests: [{ prompt: `Tell me of number ${index}.`, prompt_length: 6, output_length: 5 }],
  }));
