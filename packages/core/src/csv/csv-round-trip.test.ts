import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../random/index.js';
import { type CsvDelimiter, readCsvRows } from './read-csv-rows.js';

const DELIMITERS: CsvDelimiter[] = [',', ';', '\t'];
const PARTS = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\r',
  ' ',
  'a',
  'bc',
  '1',
  'é',
  '第',
  '😀',
  '\uFEFF',
  '"\n',
  '",',
];

const field = (random: Random): string => Array.from({ length: random.below(6) }, () => random.pick(PARTS)).join('');

interface Table {
  header: string[];
  rows: string[][];
}

const table = (random: Random): Table => {
  const width = 1 + random.below(4);
  const header = Array.from({ length: width }, (_, column) => `c${column}`);
  const rows = Array.from({ length: random.below(8) }, () => header.map(() => field(random)));
  // A row of one blank field cannot be told from an empty line.
  return { header, rows: rows.filter((fields) => width > 1 || fields[0]?.trim() !== '') };
};

const readBack = async (chunks: Iterable<Uint8Array>, delimiter: CsvDelimiter) => {
  const rows: string[][] = [];
  const lines: number[] = [];
  for await (const { values, location } of readCsvRows(chunks, { delimiter, keepsSpaces: true })) {
    rows.push(Object.values(values));
    lines.push(location.line);
  }
  return { rows, lines };
};

const inChunks = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, chunk) =>
    bytes.subarray(chunk * size, (chunk + 1) * size),
  );

const lineBreaks = (text: string): number => text.split('\n').length - 1;

/** Where rows of a file start, told from the texts written. */
const startsOf = ({ header, rows }: Table): number[] => {
  let line = 1 + lineBreaks(header.join('')) + 1;
  return rows.map((fields) => {
    const start = line;
    line += 1 + lineBreaks(fields.join(''));
    return start;
  });
};

describe('what another program wrote', () => {
  test.for(DELIMITERS)('comes back as it was, at every chunk size, with %j between fields', async (delimiter) => {
    const random = createRandom(0, `csv/${delimiter}`);
    for (let trial = 0; trial < 150; trial++) {
      const written = table(random);
      const newline = random.next() < 0.5 ? '\n' : '\r\n';
      const quotes = random.next() < 0.3;
      const text = Papa.unparse([written.header, ...written.rows], { delimiter, newline, quotes });
      const bytes = Buffer.from(random.next() < 0.5 ? text : text + newline);
      const expected = { rows: written.rows, lines: startsOf(written) };
      for (let size = 1; size <= Math.min(bytes.length, 40); size++) {
        expect(await readBack(inChunks(bytes, size), delimiter), JSON.stringify({ text, size })).toEqual(expected);
      }
      expect(await readBack([bytes], delimiter), JSON.stringify(text)).toEqual(expected);
    }
  });

  test('comes back as it was from a file of many chunks, some of them within a quoted field', async () => {
    const random = createRandom(1, 'csv/large');
    const rows = Array.from({ length: 20_000 }, (_, row) => [String(row), field(random).repeat(3), `${row}"\n第é`]);
    const text = Papa.unparse([['a', 'b', 'c'], ...rows], { newline: '\r\n' });
    const back = await readBack(inChunks(Buffer.from(text), 4093), ',');
    expect(back.rows).toEqual(rows);
    expect(back.lines).toEqual(startsOf({ header: ['a', 'b', 'c'], rows }));
  });
});

describe('any text', () => {
  test('reads as the parser reads it whole, or is refused as there, wherever its chunks end', async () => {
    const random = createRandom(2, 'csv/any');
    const parts = ['"', '""', ',', '\n', 'a', 'b ', ' ', '",', '"\n', ',"', '\n"'];
    let accepted = 0;
    for (let trial = 0; trial < 20_000; trial++) {
      const body = Array.from({ length: 1 + random.below(14) }, () => random.pick(parts)).join('');
      const text = `x,y\n${body}\n`;
      const whole = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' });
      const rows = whole.data.slice(1).filter((fields) => fields.length > 1 || fields[0]?.trim() !== '');
      const isValid = whole.errors.length === 0 && rows.every(({ length }) => length === 2);
      const reading = readBack(inChunks(Buffer.from(text), 1 + random.below(6)), ',').catch(() => undefined);
      expect((await reading)?.rows, JSON.stringify(text)).toEqual(isValid ? rows : undefined);
      if (isValid) accepted++;
    }
    expect(accepted).toBeGreaterThan(2000);
  });
});
