import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CsvRow, type ReadCsvOptions, readCsvRows } from './read-csv-rows.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const path = (name: string): string => join(folder, name);
const rowsOf = async (content: string | Uint8Array, options: ReadCsvOptions = {}): Promise<CsvRow[]> => {
  await writeFile(path('rows.csv'), content);
  return collect(readCsvRows(path('rows.csv'), options));
};
const read = async (content: string | Uint8Array, options?: ReadCsvOptions) =>
  (await rowsOf(content, { columns: ['b', 'a'], ...options })).map(({ values, location }) => [
    location.line,
    values.a,
    values.b,
  ]);

describe('readCsvRows', () => {
  test('reads columns by name, in any order, and passes others over', async () => {
    expect(await read('a,x,b\n1,2,3\n4,5,6')).toEqual([
      [2, '1', '3'],
      [3, '4', '6'],
    ]);
  });

  test('reads all columns that have a name where none is asked for', async () => {
    const rows = await rowsOf(',a , b\n0,1,2\n');
    expect(rows.map(({ values }) => values)).toEqual([{ a: '1', b: '2' }]);
  });

  test('lets a function choose the columns by the header, and refuse it', async () => {
    const rows = await rowsOf('\nx,yes,no\n1,2,3\n', { columns: ({ names }) => names.filter((name) => name !== 'no') });
    expect(rows.map(({ values }) => values)).toEqual([{ x: '1', yes: '2' }]);
    const refusing = rowsOf('\nx\n1\n', {
      columns: ({ names, location }) => {
        throw new Error(`${names} in line ${location.line}`);
      },
    });
    await expect(refusing).rejects.toThrow('x in line 2');
  });

  test('reads CRLF, a byte order mark, empty lines and quoted fields, and counts lines through all of them', async () => {
    expect(await read('\uFEFFa,b\r\n\r\n"1,000","x\r\ny"\r\n \r\n5,6\r\n7,"8\n"')).toEqual([
      [3, '1,000', 'x\r\ny'],
      [6, '5', '6'],
      [7, '7', '8'],
    ]);
  });

  test('reads a file in which CRLF and LF are mixed', async () => {
    expect(await read('a,b\r\n1,2\n3,4\r\n"5",6\r\n7,"8"\n9,"0"\r\n')).toEqual([
      [2, '1', '2'],
      [3, '3', '4'],
      [4, '5', '6'],
      [5, '7', '8'],
      [6, '9', '0'],
    ]);
  });

  test('keeps the spaces of values where that is asked for, and line breaks in quotes in any case', async () => {
    const content = 'a ,b\n  1 ," 2\r\n\r "\n\t, x\r\n';
    expect(await read(content, { keepsSpaces: true })).toEqual([
      [2, '  1 ', ' 2\r\n\r '],
      [4, '\t', ' x'],
    ]);
    expect(await read(content)).toEqual([
      [2, '1', '2'],
      [4, '', 'x'],
    ]);
  });

  test.for([
    [';', 'a;b\n1,5;"x;y"\n', '1,5', 'x;y'],
    ['\t', 'a\tb\n1,5\t"x\ty"\n', '1,5', 'x\ty'],
    [',', 'a,b\n1;5,"x,y"\n', '1;5', 'x,y'],
  ] as const)('splits fields at %j', async ([delimiter, content, a, b]) => {
    expect(await read(content, { delimiter })).toEqual([[2, a, b]]);
  });

  test('takes a quote within an unquoted field as it is', async () => {
    expect(await read('a,b\n5" pipe,"x\ny"\n6,say "hi"\n7","8,9"\n')).toEqual([
      [2, '5" pipe', 'x\ny'],
      [4, '6', 'say "hi"'],
      [5, '7"', '8,9'],
    ]);
  });

  test('passes over spaces behind a quoted field, at the end of the file too', async () => {
    expect(await read('a,b\n"1" ,"2" \n"3",4\n"5","6"  ')).toEqual([
      [2, '1', '2'],
      [3, '3', '4'],
      [4, '5', '6'],
    ]);
  });

  test('takes a byte order mark within the file as text', async () => {
    expect(await read('a,b\n\uFEFF1,\uFEFF2\n', { keepsSpaces: true })).toEqual([[2, '\uFEFF1', '\uFEFF2']]);
    const chunked = collect(readCsvRows(['a,b\n', '\uFEFF1,2\n'], { keepsSpaces: true }));
    expect((await chunked)[0]?.values).toEqual({ a: '\uFEFF1', b: '2' });
  });

  test('reads compressed files, and refuses those that are cut off', async () => {
    for (const [name, content] of [
      ['rows.csv.gz', gzipSync('a,b\n1,2\n')],
      ['rows.csv.zst', zstdCompressSync('a,b\n1,2\n')],
    ] as const) {
      await writeFile(path(name), content);
      const rows = () => collect(readCsvRows(path(name)));
      expect((await rows()).map(({ values }) => values)).toEqual([{ a: '1', b: '2' }]);
      await writeFile(path(name), content.subarray(0, -6));
      await expect(rows()).rejects.toMatchObject({ code: 'input', location: { file: path(name) } });
    }
  });

  test('reads no faster than rows are taken, and stops with its reader', async () => {
    const file = createWriteStream(path('long.csv'));
    file.write('a,b\n');
    for (let row = 0; row < 1_000_000; row++) file.write(`${row},x\n`);
    file.end();
    await finished(file);
    const before = process.memoryUsage().arrayBuffers;
    const rows = readCsvRows(path('long.csv'), { columns: ['a'] });
    await rows.next();
    // Were the file read ahead, its 9 MB would be held in chunks by now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3e6);
    expect((await rows.next()).value).toMatchObject({ values: { a: '1' } });
    await rows.return(undefined);
  });

  test('closes its source when the reader stops', async () => {
    let isClosed = false;
    const source = async function* (): AsyncGenerator<string> {
      try {
        for (let row = 0; ; row++) yield row === 0 ? 'a\n' : `${row}\n`;
      } finally {
        isClosed = true;
      }
    };
    for await (const { values } of readCsvRows(source())) if (values.a === '3') break;
    expect(isClosed).toBe(true);
  });

  test('ends with the signal', async () => {
    const controller = new AbortController();
    const rows = readCsvRows(['a\n', '1\n', '2\n'], { signal: controller.signal });
    expect((await rows.next()).value).toMatchObject({ values: { a: '1' } });
    controller.abort(new Error('stop'));
    await expect(rows.next()).rejects.toThrow('stop');
    await writeFile(path('some.csv'), 'a\n1\n');
    const ended = collect(readCsvRows(path('some.csv'), { signal: AbortSignal.abort(new Error('too late')) }));
    await expect(ended).rejects.toThrow('too late');
  });

  test.for([
    ['a,c\n1,2\n', ':1: the header has no column b', 'Columns needed: b, a. Found: a, c.'],
    ['a,b,a\n1,2,3\n', ':1: the header has the column a more than once', 'Give each column a name of its own.'],
    ['a,b\n1,2\n3\n', ':3: the row has 1 fields, the header 2: 3', expect.stringContaining('cut off')],
    ['a,b\n1,000,2\n', ':2: the row has 3 fields, the header 2: 1,000,2', expect.stringContaining('needs quotes')],
    ['a,b\n1,2\n"3"x,4\n5,6\n', ':3: not valid CSV: Trailing quote on quoted field is malformed', expect.any(String)],
    ['a,b\n1,"2\n3,4\n5,6\n', ':2: not valid CSV: Quoted field unterminated', expect.stringContaining('ends with one')],
    ['a,b\n"1\n\n","2\n3,4', ':2: not valid CSV: Quoted field unterminated', expect.any(String)],
    ['', ': the file is empty', undefined],
    ['\n \n', ': the file is empty', undefined],
  ] as const)('refuses %j with the place', async ([content, message, hint]) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'input', message: path('rows.csv') + message, hint });
  });

  test('refuses what is no UTF-8, at the line where it stands', async () => {
    const bad = Buffer.concat([Buffer.from('a,b\n1,"\n'), Buffer.from([0x41, 0xff, 0x0a]), Buffer.from('",2\n')]);
    await expect(read(bad)).rejects.toMatchObject({ message: `${path('rows.csv')}:3: not valid UTF-8` });
    const cut = Buffer.from('a,b\n1,é').subarray(0, -1);
    await expect(read(cut)).rejects.toMatchObject({ message: `${path('rows.csv')}:2: not valid UTF-8` });
    const wide = Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le');
    await expect(read(wide)).rejects.toMatchObject({
      message: `${path('rows.csv')}:1: the file is UTF-16, and UTF-8 is needed`,
      hint: expect.stringContaining('iconv'),
    });
  });

  test('refuses a row that a quote without its partner makes endless, before memory is full of it', async () => {
    let given = 0;
    const endless = function* (): Generator<string> {
      yield 'a,b\n1,2\n3,"4\n';
      for (; given < 1000; given++) yield `${'5,6\n'.repeat(25)}`;
    };
    await expect(collect(readCsvRows(endless(), { maxRowBytes: 10_000, name: 'x' }))).rejects.toMatchObject({
      message: 'x:3: a row is longer than 10000 bytes',
      hint: expect.stringContaining('close it'),
    });
    expect(given).toBeLessThan(102);
    const oneLine = Array.from({ length: 30 }, () => 'x'.repeat(1000));
    await expect(collect(readCsvRows(['a\n1\n', ...oneLine], { maxRowBytes: 10_000 }))).rejects.toThrow(
      '<stream>:3: a line is longer than 10000 bytes',
    );
  });

  test('says which file is missing', async () => {
    await expect(collect(readCsvRows(path('none.csv')))).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
