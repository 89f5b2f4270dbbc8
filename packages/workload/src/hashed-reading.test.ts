import { createHash } from 'node:crypto';
import { readJsonl } from '@aibrix/core/jsonl';
import { describe, expect, test } from 'vitest';
import { collect } from '../test/collect.js';
import { jsonl, temporaryFolder } from '../test/temporary-folder.js';
import { type HashedReading, readHashed } from './hashed-reading.js';

const folder = temporaryFolder();
/** More than is read at once. */
const TEXT = jsonl(Array.from({ length: 50_000 }, (_, number) => ({ number })));
const SHA256 = createHash('sha256').update(TEXT).digest('hex');

const readingOf = (more: Partial<HashedReading<unknown>> = {}) => {
  const hashes: (string | null)[] = [];
  const reading: HashedReading<unknown> = {
    read: ({ chunks, name, signal }) => readJsonl(chunks, { name, signal }),
    onHash: (sha256) => hashes.push(sha256),
    ...more,
  };
  return { hashes, reading };
};

describe('readHashed', () => {
  test('gives what is read, and then the hash of the content', async () => {
    const { hashes, reading } = readingOf();
    expect(await collect(readHashed(await folder.write('a.jsonl', TEXT), reading))).toHaveLength(50_000);
    expect(hashes).toEqual([null, SHA256]);
  });

  test('reads on for the hash when its reader stops before the end', async () => {
    const { hashes, reading } = readingOf();
    expect(await collect(readHashed(await folder.write('a.jsonl', TEXT), reading), 1)).toEqual([{ number: 0 }]);
    expect(hashes).toEqual([null, SHA256]);
  });

  test('states no hash of what cannot be used', async () => {
    const { hashes, reading } = readingOf();
    const path = await folder.write('bad.jsonl', `{"a": 1}\nnonsense\n${TEXT}`);
    await expect(collect(readHashed(path, reading))).rejects.toThrow('bad.jsonl:2: not valid JSON');
    expect(hashes).toEqual([null, null]);
  });

  test('says where to get a file that is missing', async () => {
    const { hashes, reading } = readingOf({ whereToGetIt: 'Get it there.' });
    await expect(collect(readHashed(folder.path('none'), reading))).rejects.toMatchObject({
      code: 'file-not-found',
      hint: 'Get it there.',
    });
    expect(hashes).toEqual([null]);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const { reading } = readingOf({ signal: controller.signal });
    const rows = readHashed(await folder.write('a.jsonl', TEXT), reading);
    await rows.next();
    controller.abort(new Error('enough'));
    await expect(rows.next()).rejects.toThrow('enough');
  });
});
