import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RequestResult, type RunRecord, requestResultSchema, runRecordSchema } from '@aibrix/schema';
import { expect } from 'vitest';
import { recordRun, runWorkload, type WorkloadSource } from '../../src/index.js';
import type { TestRunOptions } from '../collect.js';

/** What no file may ever hold. */
export const SECRETS: { key: string; header: string } = {
  key: 'sk-0123456789-never-written',
  header: 'password-never-written',
};

export interface Recorded {
  results: RequestResult[];
  record: RunRecord;
  /** From the call to the last byte of the record. */
  elapsedMs: number;
}

const expectNoSecrets = (text: string): void => {
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
};

const requestsOf = (workload: WorkloadSource): number | undefined =>
  Array.isArray(workload) ? workload.flatMap((entry) => entry.requests).length : undefined;

/** What holds of every run, whatever went wrong in it: one result a request, counts that add up. */
export const expectWhole = (results: readonly RequestResult[], record: RunRecord, requests: number): void => {
  expect(results.map(({ request_id }) => Number(request_id)).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: requests }, (_, index) => index),
  );
  const { offered, sent, succeeded, failed, unsent, errors } = record.counts;
  expect(offered).toBe(requests);
  expect(succeeded + failed + unsent).toBe(requests);
  expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(failed + unsent);
  expect(succeeded).toBe(results.filter(({ status }) => status === 'success').length);
  expect(sent).toBe(results.filter(({ start_time }) => start_time !== null).length);
  for (const { start_time: start, first_token_time: first, last_token_time: last, end_time: end } of results) {
    const clocks = [start, first, last, end].filter((time) => time != null);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  }
};

/**
 * Records a run into files, with secrets, and gives what the files hold. Checks what holds of every run, and that no
 * secret is in them.
 */
export const recorded = async (workload: WorkloadSource, options: TestRunOptions): Promise<Recorded> => {
  const folder = await mkdtemp(join(tmpdir(), 'fault-'));
  const path = join(folder, 'o.jsonl');
  try {
    const startMs = performance.now();
    const run = runWorkload(workload, {
      model: 'm',
      apiKey: SECRETS.key,
      headers: { 'x-password': SECRETS.header },
      ...options,
    });
    await recordRun(run, path);
    const elapsedMs = performance.now() - startMs;
    const text = await readFile(path, 'utf8');
    const recordText = await readFile(join(folder, 'o.run.json'), 'utf8');
    expectNoSecrets(text + recordText);
    expect(text.endsWith('\n')).toBe(true);
    const results = text
      .trimEnd()
      .split('\n')
      .map((line) => requestResultSchema.parse(JSON.parse(line)));
    const record = runRecordSchema.parse(JSON.parse(recordText));
    expectWhole(results, record, requestsOf(workload) ?? results.length);
    return { results: results.toSorted((a, b) => Number(a.request_id) - Number(b.request_id)), record, elapsedMs };
  } finally {
    await rm(folder, { recursive: true });
  }
};
