import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from '@aibrix/synthesis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseInspectionTokenizer } from './inspection-tokenizer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A dataset whose manifest names this tokenizer; what is left of it is not looked at. */
const datasetOf = async (tokenizer: object | undefined): Promise<string> => {
  const path = join(folder, 'd.jsonl');
  const manifest = {
    schema_version: '1',
    kind: 'dataset',
    generator: 'x',
    generator_version: '0',
    options: {},
    seed: 0,
    tokenizer,
    sha256: '',
    records: 0,
    bytes: 0,
    statistics: {},
    notes: [],
  };
  const { SCHEMA_VERSION } = await import('@aibrix/schema');
  await writeFile(`${path}.manifest.json`, JSON.stringify({ ...manifest, schema_version: SCHEMA_VERSION }));
  return path;
};

const offline = (): Record<string, string> => ({ HOME: folder, HF_ENDPOINT: 'http://127.0.0.1:9' });

describe('chooseInspectionTokenizer', () => {
  it('takes the one that the manifest names', async () => {
    const { sha256 } = await loadTokenizer('cl100k_base');
    const path = await datasetOf({ name: 'cl100k_base', sha256 });
    expect(await chooseInspectionTokenizer(path)).toMatchObject({
      tokenizer: { name: 'cl100k_base' },
      choice: 'manifest',
      reason: 'named in the manifest',
    });
  });

  it('says when that is not the same any more', async () => {
    const path = await datasetOf({ name: 'cl100k_base', sha256: '0'.repeat(64) });
    const { choice, reason } = await chooseInspectionTokenizer(path);
    expect(choice).toBe('manifest');
    expect(reason).toBe('named in the manifest, but not the same: its SHA-256 differs');
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['there is no manifest', async () => join(folder, 'none.jsonl'), /there is no manifest/],
    ['the data comes through a pipe', async () => '-', /there is no manifest/],
    ['the manifest names none', () => datasetOf(undefined), /names none/],
    [
      'the model is not in the cache',
      () => datasetOf({ name: 'org/model', sha256: 'x' }),
      /manifest's org\/model is not on this machine/,
    ],
    [
      'the path is not there',
      () => datasetOf({ name: './gone/tokenizer.json', sha256: 'x' }),
      /gone\/tokenizer\.json is not on this machine/,
    ],
  ])('takes o200k_base where %s, without a download', async (_, dataset, reason) => {
    const chosen = await chooseInspectionTokenizer(await dataset(), { env: offline() });
    expect(chosen).toMatchObject({ tokenizer: { name: 'o200k_base' }, choice: 'default' });
    expect(chosen.reason).toMatch(reason);
  });

  it('takes o200k_base where the manifest is broken', async () => {
    const path = await datasetOf({ name: 'cl100k_base' });
    const { choice, reason } = await chooseInspectionTokenizer(path);
    expect({ choice, reason }).toEqual({ choice: 'default', reason: 'the default; the manifest cannot be read' });
  });
});
