import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { StatRole } from './choose-columns.js';
import { readStatFile } from './read-stat-file.js';
import { mappedColumns, type StatColumns } from './stat-columns.js';

const folder = temporaryFolder();
const PATH = 'export.csv';
const START = Date.UTC(2024, 0, 31, 12);
const MINUTE = 60_000;

const read = async (
  content: string,
  {
    columns = { rate: 'rate' } as StatColumns,
    roles = ['rate'] as StatRole[],
    signal = new AbortController().signal,
  } = {},
) =>
  readStatFile(await folder.write(PATH, content), {
    roles,
    traceType: 'general',
    mapped: mappedColumns(columns),
    signal,
  });
const percentiles = { columns: { prompt_p50: 'a', prompt_p99: 'b' }, roles: ['prompt'] as StatRole[] };

describe('readStatFile', () => {
  test('reads what Grafana writes for Excel: a mark, a separator line, quotes, labels, thousands and a zone', async () => {
    const file = await read(
      '\uFEFFsep=,\r\n"Time","rate {model=""qwen"", zone=""a""}"\r\n' +
        '"2024-01-31 20:00:00+08:00","1,204.5 req/s"\r\n"2024-01-31 20:01:00+08:00","undefined"\r\n',
    );
    expect(file.rows).toEqual([
      { timeMs: START, rate: 1204.5, location: { file: folder.path(PATH), line: 3 } },
      { timeMs: START + MINUTE, rate: null, location: { file: folder.path(PATH), line: 4 } },
    ]);
    expect(file.tally).toEqual({ outOfOrder: 0, rounded: 1, singlePercentiles: 0 });
    expect(file.hasNoZone).toBe(false);
  });

  test('reads what a European spreadsheet has made of it, but for its decimals', async () => {
    const header = 'Time;rate\n';
    expect((await read(`${header}1706702400;1 204.5\n`)).rows[0]?.rate).toBe(1204.5);
    await expect(read(`${header}1706702400;1 204,5\n`)).rejects.toMatchObject({
      message: `${folder.path(PATH)}:2: rate is "1 204,5"`,
      hint: expect.stringContaining('Decimals need a point'),
    });
    // 1.204 or 1204: only the writer knows.
    await expect(read(`${header}1706702400;1,204\n`)).rejects.toThrow('rate is "1,204"');
  });

  test('is not misled by delimiters within quotes of the header', async () => {
    const file = await read('"Time";"rate, of a, b, c"\n1706702400;7\n', { columns: { rate: 'rate, of a, b, c' } });
    expect(file.rows[0]?.rate).toBe(7);
  });

  test('reads a header that comes in pieces, and a file without a last line break', async () => {
    const long = 'x'.repeat(300_000);
    const file = await read(`Time,rate,${long}\n1706702400,7,1\n1706702460,8,1`);
    expect(file.rows.map(({ rate }) => rate)).toEqual([7, 8]);
    expect(file.passedOver).toEqual([long]);
  });

  test('tells percentiles, zeros and no value apart', async () => {
    const rows = ['10,20', '0,0', ',', 'NaN,20', '5,5'];
    const file = await read(
      `Time,a,b\n${rows.map((row, index) => `${1706702400 + index},${row}\n`).join('')}`,
      percentiles,
    );
    expect(file.rows.map(({ prompt }) => prompt?.kind)).toEqual([
      'percentiles',
      'zeros',
      'none',
      'none',
      'percentiles',
    ]);
    expect(file.tally.singlePercentiles).toBe(1);
  });

  test('has one percentile where no other is asked for', async () => {
    const only = { columns: { prompt_p50: 'a' }, roles: ['prompt'] as StatRole[] };
    const { rows } = await read('Time,a\n1706702400,10\n', only);
    expect(rows[0]?.prompt).toEqual({ kind: 'percentiles', percentiles: [{ q: 0.5, tokens: 10 }] });
  });

  test('sums tokens per second over the columns that have a value', async () => {
    const sums = { columns: { output_rate: ['a', 'b'] }, roles: ['output'] as StatRole[] };
    const { rows } = await read('Time,a,b\n1706702400,10,undefined\n1706702401,-,\n1706702402,"1,000",2\n', sums);
    expect(rows.map(({ output }) => output)).toEqual([
      { kind: 'tokens-per-second', tokens: 10 },
      { kind: 'none' },
      { kind: 'tokens-per-second', tokens: 1002 },
    ]);
  });

  test('says of a date that comes twice what may have happened', async () => {
    const rows = (zone: string) => `Time,rate\n2024-10-27 02:30:00${zone},1\n2024-10-27 02:30:00${zone},2\n`;
    await expect(read(rows(''))).rejects.toMatchObject({ hint: expect.stringContaining('clocks were set back') });
    await expect(read(rows('Z'))).rejects.toMatchObject({
      message: `${folder.path(PATH)}:3: the row has the same time as line 2`,
      hint: expect.stringContaining('series joined by time'),
    });
  });

  test.for([
    ['Time,a,b\n1706702400,500,400\n', 2, 'prompt lengths: p50 is 500 and p99 is 400'],
    ['Time,a,b\n1706702400,1,2\n1706702401,0,400\n', 3, 'prompt lengths: p50 is 0'],
    ['Time,a,b\n1706702400,1,-4\n', 2, 'b is "-4"'],
    ['Time,a,b\n1706702400,1,+Inf\n', 2, 'b is "+Inf"'],
    ['Time,a,b\n\n1706702400,1\n', 3, 'the row has 2 fields, the header 3'],
    ['Time,a,b\n1706702400,"1\n2",2\n', 2, 'a is "1\\n2"'],
    [
      'Time,a,b\n1706702400,1,2\n1706702460000,1,2\n',
      3,
      'Time is "1706702460000", and the rows before have epoch seconds',
    ],
    ['sep=;\r\nTime;a;b\r\n1706702400;1;2\r\n1706702460;x;2\r\n', 4, 'a is "x"'],
  ] as const)('refuses %j at line %d', async ([content, line, message]) => {
    await expect(read(content, percentiles)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(`${folder.path(PATH)}:${line}: ${message}`),
      hint: expect.any(String),
    });
  });

  test('hashes the content, and not how it was packed', async () => {
    const content = 'Time,rate\n1706702400,1\n';
    const plain = await read(content);
    await writeFile(folder.path('export.csv.gz'), gzipSync(content));
    const options = {
      roles: ['rate'] as const,
      traceType: 'general' as const,
      mapped: mappedColumns({ rate: 'rate' }),
    };
    const packed = await readStatFile(folder.path('export.csv.gz'), options);
    expect(packed.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(packed.sha256).toBe(plain.sha256);
  });

  test('refuses a compressed file that is cut off, an empty one, and UTF-16', async () => {
    const options = {
      roles: ['rate'] as const,
      traceType: 'general' as const,
      mapped: mappedColumns({ rate: 'rate' }),
    };
    await writeFile(folder.path('cut.csv.gz'), gzipSync('Time,rate\n1706702400,1\n').subarray(0, 30));
    await expect(readStatFile(folder.path('cut.csv.gz'), options)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('cannot be read'),
    });
    await expect(read('')).rejects.toThrow('the file is empty');
    await writeFile(folder.path('utf16.csv'), Buffer.from('\uFEFFTime,rate\n', 'utf16le'));
    await expect(readStatFile(folder.path('utf16.csv'), options)).rejects.toThrow('UTF-16');
  });

  test('ends with its signal', async () => {
    await expect(read('Time,rate\n1706702400,1\n', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
