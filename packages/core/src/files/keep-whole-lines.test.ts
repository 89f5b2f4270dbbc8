import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepWholeLines } from './index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('keepWholeLines', () => {
  it.each([
    ['a line that was cut off', '{"a":1}\n{"b":2}\n{"c', '{"a":1}\n{"b":2}\n', 2],
    ['nothing but a part of a line', '{"a', '', 0],
    ['whole lines only', 'a\n\nb\n', 'a\n\nb\n', 3],
    ['nothing at all', '', '', 0],
    ['a part longer than one read', `a\n${'x'.repeat(300_000)}`, 'a\n', 1],
    ['lines longer than one read', `${'x'.repeat(300_000)}\ny`, `${'x'.repeat(300_000)}\n`, 1],
  ])('cuts off after the last newline: %s', async (_, content, kept, lines) => {
    const path = join(folder, 'f.jsonl');
    await writeFile(path, content);
    expect(await keepWholeLines(path)).toBe(lines);
    expect(await readFile(path, 'utf8')).toBe(kept);
  });

  it('tells of a file that is not there', async () => {
    await expect(keepWholeLines(join(folder, 'none.jsonl'))).rejects.toMatchObject({
      code: 'output',
      location: { file: join(folder, 'none.jsonl') },
    });
  });
});
