import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHashedInput } from './hashed-input.js';

const CONTENT = Buffer.from('line of text\n'.repeat(50_000));
const WHOLE = { bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hashed-input-'));
  await writeFile(join(folder, 'plain.txt'), CONTENT);
  await writeFile(join(folder, 'packed.gz'), gzipSync(CONTENT));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openHashedInput', () => {
  it.each(['plain.txt', 'packed.gz'])(
    'knows size and hash of the content of %s when it has been read',
    async (name) => {
      const input = await openHashedInput(join(folder, name));
      let read = 0;
      for await (const chunk of input.chunks) {
        read += chunk.length;
        if (read < CONTENT.length) expect(input.end()).toBeUndefined();
      }
      expect(read).toBe(CONTENT.length);
      expect(input.end()).toEqual(WHOLE);
    },
  );

  it('goes on where a reader stopped', async () => {
    const input = await openHashedInput(join(folder, 'plain.txt'));
    for await (const _ of input.chunks) break;
    expect(input.end()).toBeUndefined();
    await input.readRest();
    expect(input.end()).toEqual(WHOLE);
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const input = await openHashedInput(join(folder, 'plain.txt'), controller.signal);
    controller.abort(reason);
    await expect(input.readRest()).rejects.toMatchObject({ name: 'AbortError', cause: reason });
    input.close();
  });

  it('refuses a file that is not there', async () => {
    await expect(openHashedInput(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
