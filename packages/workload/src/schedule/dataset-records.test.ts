import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { datasetRecords } from './dataset-records.js';
import { scheduleRecords } from './schedule-records.js';

const folder = temporaryFolder();
const DATASET = jsonl(['a', 'b', 'c'].map((prompt) => ({ prompt, token_count: 1 })));
const sha256 = createHash('sha256').update(DATASET).digest('hex');

test('gives the records of a file, and says which content they are of once it was read', async () => {
  const path = await folder.write('data.jsonl', DATASET);
  const records = datasetRecords(path);
  expect(records).toMatchObject({ name: path, origin: { generator: 'file', options: { path, sha256: null } } });
  expect((await collect(records)).map((record) => 'prompt' in record && record.prompt)).toEqual(['a', 'b', 'c']);
  expect(records.origin?.options).toEqual({ path, sha256 });
});

test('states the content in the manifest of a workload that takes the first records only', async () => {
  const path = await folder.write('data.jsonl', DATASET);
  const workload = scheduleRecords(datasetRecords(path), { recordsPerSecond: 1, maxRequests: 1 });
  const manifest = await writeWorkloadFile(folder.path('workload.jsonl'), workload);
  expect(manifest).toMatchObject({ records: 1, options: { dataset: { options: { path, sha256 } } } });
});
