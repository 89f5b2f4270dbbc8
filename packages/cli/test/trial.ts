import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import {
  type Manifest,
  type RequestResult,
  requestResultSchema,
  type WorkloadEntry,
  type WorkloadRequest,
  workloadEntrySchema,
} from '@aibrix/schema';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type CliOptions, type CliResult, runCli } from './run-cli.js';

/** A folder for each test, and a simulator that serves the model `sim` to all of them. */
export interface Trial {
  /** The folder, in which commands run. */
  readonly cwd: string;
  /** Where the simulator is. */
  readonly url: string;
  /** Runs a command line, words parted by spaces. */
  aibrix(words: string, options?: Partial<CliOptions>): Promise<CliResult>;
  /** Runs a command line that is to end well, and returns what it printed. */
  succeed(words: string): Promise<string>;
  /** Reads a file of results. */
  results(file: string): Promise<RequestResult[]>;
  /** Reads a workload. */
  entries(file: string): Promise<WorkloadEntry[]>;
  /** Reads the requests of a workload. */
  requests(file: string): Promise<WorkloadRequest[]>;
  /** Reads the manifest beside a file. */
  manifest(file: string): Promise<Manifest>;
  /** Writes a file. */
  write(name: string, content: string): Promise<void>;
  /** Writes these lines as `w.jsonl`. */
  workload(entries: object[]): Promise<void>;
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

  const entries = async (file: string): Promise<WorkloadEntry[]> => {
    const all: WorkloadEntry[] = [];
    for await (const entry of readJsonl(join(cwd, file), { schema: workloadEntrySchema })) all.push(entry);
    return all;
  };
  const aibrix: Trial['aibrix'] = (words, options = {}) =>
    runCli(words.split(' ').filter(Boolean), { cwd, ...options });

  return {
    get cwd() {
      return cwd;
    },
    get url() {
      return simulator.url;
    },
    aibrix,
    async succeed(words) {
      const { code, stderr, stdout } = await aibrix(words);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      return stdout;
    },
    entries,
    requests: async (file) => (await entries(file)).flatMap(({ requests }) => requests),
    manifest: async (file) => JSON.parse(await readFile(join(cwd, `${file}.manifest.json`), 'utf8')) as Manifest,
    write: (name, content) => writeFile(join(cwd, name), content),
    async results(file) {
      const all: RequestResult[] = [];
      for await (const result of readJsonl(join(cwd, file), { schema: requestResultSchema })) all.push(result);
      return all;
    },
    workload: (entries) => writeFile(join(cwd, 'w.jsonl'), lines(entries)),
  };
};

/** Records as JSON lines. */
export const lines = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** `requests` entries of a workload, `gapMs` apart. */
export const steady = (requests: number, gapMs: number): object[] =>
  Array.from({ length: requests }, (_, index) => ({
    timestamp: index * gapMs,
    requests: [{ prompt: `Tell me of number ${index}.`, prompt_length: 7, output_length: 5 }],
  }));
