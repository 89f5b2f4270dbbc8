import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { answer, type Script, sleep } from './scripted-server.js';

export const headers = { 'content-type': 'text/event-stream' };

/** Answers with the number of messages it was sent, after `ms`. */
export const counting =
  (ms = 0): Script =>
  async (response, { body }) => {
    if (ms > 0) await sleep(ms);
    response.writeHead(200, headers).end(answer([String(body.messages.length)]));
  };

export const inFile = async <T>(
  workload: WorkloadEntry[],
  use: (path: string, folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'workers-'));
  const path = join(folder, 'workload.jsonl');
  await writeFile(path, workload.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  try {
    return await use(path, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The threads that are started while `use` runs. */
export const watchingWorkers = async <T>(use: (workers: Worker[]) => Promise<T>): Promise<T> => {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  try {
    return await use(workers);
  } finally {
    process.off('worker', note);
  }
};

export const ids = (results: readonly RequestResult[]): number[] =>
  results.map(({ request_id: id }) => Number(id)).toSorted((a, b) => a - b);

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
