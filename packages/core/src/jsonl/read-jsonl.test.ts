import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BenchmarkError } from '../errors/index.js';
import { createRandom } from '../random/index.js';
import { readJsonl, readJsonlRecords } from './read-jsonl.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-jsonl-'));
});
afterAll(() => rm(folder, { recursive: true }));

const all = async (...parameters: Parameters<typeof readJsonl>): Promise<unknown[]> => {
  const values: unknown[] = [];
  for await (const value of readJsonl(...parameters)) values.push(value);
  return values;
};

const failureOf = async (...parameters: Parameters<typeof readJsonl>): Promise<BenchmarkError> => {
  const failure = await all(...parameters).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!BenchmarkError.is(failure)) throw new Error(`expected a BenchmarkError, got ${String(failure)}`);
  return failure;
};

/** The same bytes in chunks of `size`. */
const chunked = (bytes: Uint8Array, size: number): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.subarray(start, start + size));
  return chunks;
};

describe('lines', () => {
  it('reads lines with CRLF, empty lines, a byte order mark and no last newline', async () => {
    const text = '\ufeff{"a":1}\r\n\r\n{"a":2}\n   \n{"a":3}';
    expect(await all([Buffer.from(text)])).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('gives the same records wherever the chunks end, within a multi-byte character too', async () => {
    const records = [{ text: 'naïve 東京 🚀' }, { text: '\u2028 and "quotes" \\ and \n' }, { n: [1, { b: '}' }] }];
    const bytes = Buffer.from(`\ufeff${records.map((record) => JSON.stringify(record)).join('\r\n')}\n`);
    for (let size = 1; size <= bytes.length; size++) {
      expect(await all(chunked(bytes, size)), `chunks of ${size} bytes`).toEqual(records);
    }
  });

  it('reads NaN and Infinity, which Python writes, as null, and leaves those words alone in texts', async () => {
    const line = '{"output_length": NaN, "low": -Infinity, "text": "NaN is \\"not\\" Infinity"}\n';
    expect(await all([line])).toEqual([{ output_length: null, low: null, text: 'NaN is "not" Infinity' }]);
  });

  it('reads NaN beside a text of 30 MB', async () => {
    const text = 'x'.repeat(30_000_000);
    expect(await all([`{"text":"${text}","n":NaN}\n`])).toEqual([{ text, n: null }]);
  });

  it('names file and line of a line that is no JSON, and shows it', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{"a":1}\n\n{"a":\n{"a":3}\n');
    const failure = await failureOf(path);
    expect(failure.code).toBe('input');
    expect(failure.message).toBe(`${path}:3: not valid JSON: {"a":`);
    expect(failure.location).toEqual({ file: path, line: 3 });
  });

  it('refuses bytes that are not UTF-8 rather than change the text', async () => {
    const failure = await failureOf([Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a])], { name: 'latin1.jsonl' });
    expect(failure.message).toBe('latin1.jsonl:1: not valid UTF-8');
  });

  it('refuses UTF-16 with the way out', async () => {
    const failure = await failureOf([Buffer.from('\ufeff{"a":1}\n', 'utf16le')]);
    expect(failure.message).toContain('UTF-16');
    expect(failure.hint).toContain('iconv');
  });

  it('reads a line of 100 MB', async () => {
    const piece = Buffer.alloc(1_000_000, 'x');
    const chunks = function* (): Generator<Uint8Array> {
      yield Buffer.from('{"text":"');
      for (let i = 0; i < 100; i++) yield piece;
      yield Buffer.from('"}\n{"last":true}\n');
    };
    const values = (await all(chunks())) as { text?: string }[];
    expect(values[0]?.text?.length).toBe(100_000_000);
    expect(values[1]).toEqual({ last: true });
  });

  it('refuses a record beyond the limit with its place, without reading on for ever', async () => {
    let produced = 0;
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from('{"a":1}\n');
      for (;;) {
        produced++;
        yield Buffer.alloc(1000, 'x');
      }
    };
    const failure = await failureOf(endless(), { maxRecordBytes: 10_000, name: 'endless.jsonl' });
    expect(failure.message).toBe('endless.jsonl:2: a record is longer than 10000 bytes');
    expect(produced).toBeLessThan(20);
  });

  it('hands malformed lines to onMalformed, and tells a line cut by a kill from others', async () => {
    const seen: [number | undefined, boolean][] = [];
    const values = await all(['{"a":1}\nnope\n{"a":2}\n{"a":3'], {
      onMalformed: (error, info) => seen.push([error.location?.line, info.isTerminated]),
    });
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(seen).toEqual([
      [2, true],
      [4, false],
    ]);
  });
});

describe('one JSON array', () => {
  it('reads the elements of a pretty-printed array wherever the chunks end', async () => {
    const values = [{ id: 'a', text: 'brackets ] } in "text" \\' }, [1, [2]], 'words, words', 5, null, { é: '東' }];
    const bytes = Buffer.from(`\ufeff\n ${JSON.stringify(values, null, 2)}\n`);
    for (let size = 1; size <= bytes.length; size++) {
      expect(await all(chunked(bytes, size)), `chunks of ${size} bytes`).toEqual(values);
    }
  });

  it('gives what JSON.parse gives of texts full of quotes, backslashes and brackets, wherever the chunks end', async () => {
    const random = createRandom(1, 'read-jsonl');
    const text = (): string =>
      Array.from({ length: random.below(12) }, () =>
        random.pick(['"', '\\', '\\\\', ']', '}', ',', '\n', 'é', '[{"']),
      ).join('');
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: 1 + random.below(4) }, () =>
        random.pick<() => unknown>([text, () => [text(), { [text()]: [text()] }], () => -1.5, () => [], () => null])(),
      );
      const bytes = Buffer.from(JSON.stringify(values, null, random.below(3)));
      const size = 1 + random.below(9);
      expect(await all(chunked(bytes, size)), `${bytes} in chunks of ${size} bytes`).toEqual(values);
    }
  });

  it('counts lines on past elements that are malformed, by a line break in a text too', async () => {
    const lines: (number | undefined)[] = [];
    const values = await all(['[{"a":1},\n{"a":"x\ny"},\n{"a":2}},\n{3}},\n{"a":4},\n5}]'], {
      onMalformed: (error) => lines.push(error.location?.line),
    });
    expect(values).toEqual([{ a: 1 }, { a: 4 }]);
    expect(lines).toEqual([2, 4, 5, 7]);
  });

  it('refuses an element beyond the limit with its place, without reading on for ever', async () => {
    let produced = 0;
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from('[1,\n"');
      for (; produced < 100; produced++) yield Buffer.alloc(1000, 'x');
    };
    const failure = await failureOf(endless(), { maxRecordBytes: 10_000, name: 'endless.json' });
    expect(failure.message).toBe('endless.json:2: a record is longer than 10000 bytes');
    expect(produced).toBeLessThan(20);
  });

  it('yields each element before the array has ended', async () => {
    const chunks = async function* (): AsyncGenerator<string> {
      yield '[{"a":1},';
      throw new Error('the rest must not be needed');
    };
    for await (const value of readJsonl(chunks())) {
      expect(value).toEqual({ a: 1 });
      return;
    }
    expect.unreachable('nothing was read');
  });

  it('reads an empty array as no records', async () => {
    expect(await all(['[ ]\n'])).toEqual([]);
  });

  it.each([
    ['[{"a":1},{"b":2}', 'the file ends inside its array'],
    ['[{"a":1}, , {"b":2}]', 'an element is missing beside a comma'],
    ['[{"a":1},]', 'an element is missing beside a comma'],
    ['[1] [2]', 'there is more after the end of the array'],
    ['[{"a":}]', 'not valid JSON: {"a":}'],
  ])('refuses %s', async (text, message) => {
    const failure = await failureOf([text], { name: 'trace.json' });
    expect(failure.message).toBe(`trace.json:1: ${message}`);
  });

  it('names the line on which a bad element starts', async () => {
    const failure = await failureOf(['[\n  {"a":1},\n  {"a":\n  oops}\n]'], { name: 'trace.json' });
    expect(failure.location).toEqual({ file: 'trace.json', line: 3 });
  });
});

describe('records', () => {
  it('gives offsets by which the text can be read back', async () => {
    const bytes = Buffer.from('\ufeff{"é":1}\r\n\n{"b":2}');
    for await (const { value, offset, byteLength } of readJsonlRecords([bytes])) {
      expect(JSON.parse(bytes.subarray(offset, offset + byteLength).toString())).toEqual(value);
    }
    const array = Buffer.from(' [ {"é":1} ,\n {"b":2}]');
    for await (const { value, offset, byteLength } of readJsonlRecords(chunked(array, 5))) {
      expect(JSON.parse(array.subarray(offset, offset + byteLength).toString())).toEqual(value);
    }
  });

  it('checks records with any Standard Schema and shows the offending value', async () => {
    const schema: StandardSchemaV1<unknown, { requests: number[] }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          const requests = (value as { requests: unknown[] }).requests;
          const index = requests.findIndex((item) => typeof item !== 'number');
          if (index === -1) return { value: value as { requests: number[] } };
          return { issues: [{ message: 'must be a number', path: ['requests', index] }] };
        },
      },
    };
    const failure = await failureOf(['{"requests":[1]}\n{"requests":[1,"two"]}\n'], { schema, name: 'w.jsonl' });
    expect(failure.message).toBe('w.jsonl:2: requests[1]: must be a number (found "two")');
  });
});

describe('files', () => {
  it.each([
    ['plain.jsonl', (text: string) => Buffer.from(text)],
    ['packed.jsonl.gz', (text: string) => gzipSync(text)],
    ['packed.jsonl.zst', (text: string) => zstdCompressSync(text)],
  ])('reads %s', async (name, pack) => {
    const path = join(folder, name);
    await writeFile(path, pack('{"a":1}\n{"a":2}\n'));
    expect(await all(path)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('says which file is missing', async () => {
    const failure = await failureOf(join(folder, 'absent.jsonl'));
    expect(failure.code).toBe('file-not-found');
    expect(failure.message).toContain('absent.jsonl');
    expect(failure.hint).toBeTruthy();
  });

  it('refuses a folder, and a file that is not compressed as its name says', async () => {
    expect((await failureOf(folder)).message).toContain('is a folder');
    const path = join(folder, 'not-really.jsonl.gz');
    await writeFile(path, '{"a":1}\n');
    const failure = await failureOf(path);
    expect(failure.message).toContain('not-really.jsonl.gz: cannot be read');
    expect(failure.hint).toContain('compressed');
  });

  it('refuses a compressed file that was cut off, after giving what came before', async () => {
    const path = join(folder, 'cut.jsonl.gz');
    const whole = gzipSync(
      Array.from({ length: 20_000 }, (_, i) => `{"i":${i},"r":"${(i * 7919) % 10007}"}\n`).join(''),
    );
    await writeFile(path, whole.subarray(0, whole.length - 2000));
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const value of readJsonl(path)) seen.push(value);
    };
    await expect(read()).rejects.toMatchObject({ code: 'input' });
    expect(seen.length).toBeGreaterThan(1000);
  });

  it('ends when its signal aborts, while stdin is open and silent', async () => {
    const script = `
      import { readJsonl } from ${JSON.stringify(new URL('../../dist/jsonl/index.js', import.meta.url).href)};
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('enough')), 100);
      try {
        for await (const _ of readJsonl('-', { signal: controller.signal }));
      } catch (error) {
        console.log(error.message);
      }
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    expect(text.toString()).toBe('enough\n');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  it('closes the file when the reader stops early', async () => {
    const path = join(folder, 'long.jsonl');
    await writeFile(path, '{"a":1}\n'.repeat(200_000));
    for await (const value of readJsonl(path)) {
      expect(value).toEqual({ a: 1 });
      break;
    }
    await rm(path);
  });
});
