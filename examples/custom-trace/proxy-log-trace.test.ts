import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import { type WorkloadEntry, workloadEntrySchema } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayLog } from './proxy-log-trace.js';

const LOG = [
  { at: '2026-03-01T10:00:00.000Z', documents: ['rules', 'faq'], tokens_in: 600, tokens_out: 40, route: 'chat' },
  { at: '2026-03-01T10:00:00.250Z', documents: ['rules', 'prices'], tokens_in: 700, tokens_out: 10, route: 'chat' },
  { at: '2026-03-01T10:00:01.000Z', documents: ['rules', 'faq'], tokens_in: 520, tokens_out: 90, route: 'search' },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'custom-trace-'));
});
afterAll(() => rm(folder, { recursive: true }));

const writeLog = async (lines: object[]): Promise<string> => {
  const path = join(folder, 'proxy.jsonl');
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
};

it('replays a log with the tokens, the times and the shared documents that it has', async () => {
  const path = join(folder, 'workload.jsonl');
  const manifest = await replayLog(await writeLog(LOG), path);
  const entries: WorkloadEntry[] = [];
  for await (const entry of readJsonl(path, { schema: workloadEntrySchema })) entries.push(entry);
  expect(entries.map(({ timestamp }) => timestamp)).toEqual([0, 500, 2000]);
  const tokenizer = await loadTokenizer('o200k_base');
  const [first = [], second = [], third = []] = entries.map(({ requests }) => [
    ...tokenizer.encode(requests[0]?.prompt ?? ''),
  ]);
  expect([first.length, second.length, third.length]).toEqual([600, 700, 520]);
  // Both documents of the first and the third, and only the first one of the second.
  expect(third.slice(0, 512)).toEqual(first.slice(0, 512));
  expect(second.slice(0, 256)).toEqual(first.slice(0, 256));
  expect(second.slice(256, 258)).not.toEqual(first.slice(256, 258));
  expect(manifest.statistics).toMatchObject({
    requests: 3,
    trace_blocks: { blocks: 6, distinct_blocks: 3, reuse: 0.5 },
  });
});

it('names the line that cannot be used', async () => {
  const [first, second] = LOG as [object, object];
  const workload = join(folder, 'none.jsonl');
  await expect(replayLog(await writeLog([first, { ...second, at: 'noon' }]), workload)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('proxy.jsonl:2'),
  });
  await expect(replayLog(await writeLog([second, first]), workload)).rejects.toMatchObject({ code: 'input' });
});
