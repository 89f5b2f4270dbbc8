import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { readCsvRows } from './csv-rows.js';

const folder = temporaryFolder();
const read = async (content: string) =>
  (await collect(readCsvRows(await folder.write('rows.csv', content), { columns: ['b', 'a'] }))).map(
    ({ values, location }) => [location.line, values.a, values.b],
  );

describe('readCsvRows', () => {
  test('reads columns by name, in any order, and passes others over', async () => {
    expect(await read('a,x,b\n1,2,3\n4,5,6')).toEqual([
      [2, '1', '3'],
      [3, '4', '6'],
    ]);
  });

  test('reads CRLF, a byte order mark, empty lines and quoted fields, and counts lines through all of them', async () => {
    expect(await read('\uFEFFa,b\r\n\r\n"1,000","x\r\ny"\r\n5,6\r\n')).toEqual([
      [3, '1,000', 'x\ny'],
      [5, '5', '6'],
    ]);
  });

  test('reads a file in which CRLF and LF are mixed', async () => {
    expect(await read('a,b\r\n1,2\n3,4\r\n')).toEqual([
      [2, '1', '2'],
      [3, '3', '4'],
    ]);
  });

  test('reads quoted line breaks wherever a chunk of the file ends', async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `"${row}""\n",x`);
    const values = await read(`a,b\n${rows.join('\n')}\n`);
    expect(values).toHaveLength(30_000);
    expect(values.every(([line, a], row) => line === 2 + 2 * row && a === `${row}"`)).toBe(true);
  });

  test('keeps characters whole that a chunk of the file cuts', async () => {
    const rows = Array.from({ length: 60_000 }, (_, row) => `第${row}行,é`);
    const values = await read(`a,b\n${rows.join('\n')}\n`);
    expect(values).toHaveLength(60_000);
    expect(values.every(([, a, b], row) => a === `第${row}行` && b === 'é')).toBe(true);
  });

  test('reads no faster than rows are taken, and stops with its reader', async () => {
    const file = createWriteStream(folder.path('long.csv'));
    file.write('a,b\n');
    for (let row = 0; row < 1_000_000; row++) file.write(`${row},x\n`);
    file.end();
    await finished(file);
    const before = process.memoryUsage().arrayBuffers;
    const rows = readCsvRows(folder.path('long.csv'), { columns: ['a'] });
    await rows.next();
    // Were the file read ahead, its 9 MB would be held in chunks by now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3e6);
    expect((await rows.next()).value).toMatchObject({ values: { a: '1' } });
    await rows.return(undefined);
  });

  test('reads compressed files, and refuses those that are cut off', async () => {
    const content = gzipSync('a,b\n1,2\n');
    await writeFile(folder.path('rows.csv.gz'), content);
    const rows = () => collect(readCsvRows(folder.path('rows.csv.gz'), { columns: ['a', 'b'] }));
    expect((await rows()).map(({ values }) => values)).toEqual([{ a: '1', b: '2' }]);
    await writeFile(folder.path('rows.csv.gz'), content.subarray(0, -6));
    await expect(rows()).rejects.toMatchObject({ code: 'input', location: { file: folder.path('rows.csv.gz') } });
  });

  test('names what is wrong with the place', async () => {
    await expect(read('')).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/the file is empty$/),
    });
    await expect(read('a,c\n1,2\n')).rejects.toMatchObject({
      message: expect.stringMatching(/rows\.csv:1: the header has no column b$/),
      hint: 'Columns needed: b, a. Found: a, c.',
    });
    await expect(read('a,b\n1,2\n3\n')).rejects.toThrow(/rows\.csv:3: the row has 1 fields, the header 2: 3$/);
    await expect(read('a,b\n1,2\n"3"x,4\n')).rejects.toThrow(/rows\.csv:3: not valid CSV/);
    await expect(read('a,b\n1,000,2\n')).rejects.toThrow(/rows\.csv:2: the row has 3 fields/);
    await expect(collect(readCsvRows(folder.path('none.csv'), { columns: ['a'] }))).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});
