import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonFile } from './read-json-file.js';

const schema: StandardSchemaV1<unknown, { size: number | null }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'object' && value !== null && 'size' in value
        ? { value: value as { size: number | null } }
        : { issues: [{ message: 'is needed', path: ['size'] }] },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'json-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (text: string) => {
  const path = join(folder, 'file.json');
  await writeFile(path, text);
  return readJsonFile(path, schema);
};

describe('readJsonFile', () => {
  it('gives what a file holds, and reads what Python writes for unknown numbers', async () => {
    expect(await read('{"size": 3}')).toMatchObject({ value: { size: 3 }, problem: null });
    expect(await read('{"size": NaN}')).toMatchObject({ value: { size: null } });
  });

  it.each([
    ['{"size": ', 'not valid JSON'],
    ['{"length": 3}', 'size: is needed'],
  ])('says what is wrong with %s', async (text, problem) => {
    expect(await read(text)).toMatchObject({ value: null, problem });
  });

  it('tells a missing file from one that cannot be read', async () => {
    expect(await readJsonFile(join(folder, 'none.json'), schema)).toBeUndefined();
    await mkdir(join(folder, 'folder.json'));
    const found = await readJsonFile(join(folder, 'folder.json'), schema);
    expect(found).toMatchObject({ value: null, problem: expect.stringMatching(/cannot be read/) });
  });
});
