import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TINY_BPE_FILE, TINY_BPE_FOLDER } from '../../test/tiny-bpe.js';
import { loadTokenizer } from './load-tokenizer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadTokenizer', () => {
  it('loads a built-in by name', async () => {
    const tokenizer = await loadTokenizer('cl100k_base', { env: {} });
    expect(tokenizer.name).toBe('cl100k_base');
    expect([...tokenizer.encode('hello world')]).toEqual([15339, 1917]);
  });

  it('loads a tokenizer.json from its path and from its folder', async () => {
    const fromFile = await loadTokenizer(TINY_BPE_FILE);
    const fromFolder = await loadTokenizer(TINY_BPE_FOLDER);
    const sha256 = createHash('sha256')
      .update(await readFile(TINY_BPE_FILE))
      .digest('hex');
    expect(fromFile).toMatchObject({ name: TINY_BPE_FILE, sha256 });
    expect(fromFolder).toMatchObject({ name: TINY_BPE_FOLDER, sha256 });
    expect(fromFolder.encode('Explain the database.')).toEqual(fromFile.encode('Explain the database.'));
  });

  it('adds no special token, and takes text that looks like one for plain text', async () => {
    const tokenizer = await loadTokenizer(TINY_BPE_FILE);
    expect(tokenizer.count('')).toBe(0);
    expect([...tokenizer.encode('<s>Why')]).not.toContain(0);
    expect(tokenizer.decode(tokenizer.encode('<s>Why é 漢 \n'))).toBe('<s>Why é 漢 \n');
  });

  it('names the file that is no tokenizer.json', async () => {
    const file = join(folder, 'tokenizer.json');
    for (const content of [
      '{"model": {"type": "BPE"',
      '{}',
      'null',
      '[]',
      '{"model":{"type":"None","vocab":{"a":0}}}',
    ]) {
      await writeFile(file, content);
      await expect(loadTokenizer(file)).rejects.toMatchObject({
        code: 'tokenizer',
        message: expect.stringMatching(/tokenizer\.json: is not a usable tokenizer\.json: \w/),
        location: { file },
      });
    }
  });

  it('still works after a broken one', async () => {
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, '{"model":{"type":"BPE","vocab":{},"merges":[]}}');
    await expect(loadTokenizer(file)).rejects.toMatchObject({ code: 'tokenizer' });
    expect((await loadTokenizer(TINY_BPE_FILE)).count('Why')).toBe(1);
  });

  it('says that a folder holds no tokenizer.json', async () => {
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: 'tokenizer',
      message: `${folder}: the folder holds no tokenizer.json`,
    });
  });

  it.each(['./missing/tokenizer.json', '/missing/folder', 'tokenizer.json', '~/models/x'])(
    'says that %s is not there',
    async (path) => {
      await expect(loadTokenizer(path, { env: {} })).rejects.toMatchObject({
        code: 'file-not-found',
        message: `no such tokenizer file or folder: ${path}`,
      });
    },
  );

  it('suggests the built-in that was meant', async () => {
    await expect(loadTokenizer('o200k-bse')).rejects.toMatchObject({
      code: 'tokenizer',
      hint: expect.stringMatching(/^Did you mean o200k_base\?/),
    });
    await expect(loadTokenizer('llama')).rejects.toMatchObject({
      code: 'tokenizer',
      hint: expect.stringContaining('org/model'),
    });
  });
});
