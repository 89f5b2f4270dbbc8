import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { datasetRecordSchema, type PromptSession } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/prompt-source.js';
import { table } from './generate.js';
import type { TableOptions } from './options.js';

const outside = process.env.TMPDIR;
let folder: string;
let temporary: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-dataset-'));
  temporary = await mkdtemp(join(folder, 'temporary-'));
  process.env.TMPDIR = temporary;
});
afterEach(async () => {
  expect(await readdir(temporary), 'temporary files left').toEqual([]);
});
afterAll(async () => {
  if (outside === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outside;
  await rm(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
const jsonl = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const read = async (
  name: string,
  content: string | Uint8Array,
  options: Partial<TableOptions> = {},
  tokenizer?: Parameters<typeof table>[1],
) => {
  await writeFile(file(name), content);
  const dataset = table({ path: file(name), ...options }, tokenizer);
  const records = await collect(dataset);
  for (const record of records) datasetRecordSchema.parse(record);
  return { records, origin: dataset.origin, ...(dataset.findings?.() ?? { statistics: {}, notes: [] }) };
};

describe('table', () => {
  const expected = [{ prompt: ' Why,\r\nthough? ', completion: 'So "it" is.' }, { prompt: 'And;	how?' }];
  test.for([
    ['t.csv', 'id,question,answer\n1," Why,\r\nthough? ","So ""it"" is."\n2,And;	how?,\n'],
    ['t.CSV.gz', gzipSync('id,question,answer\n1," Why,\r\nthough? ","So ""it"" is."\n2,And;	how?,\n')],
    ['t.tsv', 'question\tanswer\n" Why,\r\nthough? "\tSo "it" is.\n"And;	how?"\t\n'],
    [
      't.jsonl',
      jsonl([
        { question: ' Why,\r\nthough? ', answer: 'So "it" is.' },
        { question: 'And;	how?', answer: null },
      ]),
    ],
    [
      't.json',
      JSON.stringify([{ question: expected[0]?.prompt, answer: expected[0]?.completion }, { question: 'And;	how?' }]),
    ],
  ] as const)('reads %s by its name, and columns by their usual names', async ([name, content]) => {
    const { records, notes, origin, statistics } = await read(name, content);
    expect(records).toEqual(expected);
    expect(notes).toEqual(['columns found by their names: prompt=question, completion=answer']);
    expect(origin).toMatchObject({
      generator: 'table',
      seed: null,
      options: { path: file(name), columns: { prompt: 'question', completion: 'answer' } },
    });
    expect(statistics).toEqual({ rows_read: 2 });
  });

  test('takes the first usual name that is there, in any case, and those columns that are asked for alone', async () => {
    const content = 'text,Input,Question,OUTPUT,Session_ID\na,b,c,d,e\n';
    expect((await read('t.csv', content)).records).toEqual([{ session_id: 'e', prompts: ['c'], completions: ['d'] }]);
    const asked = await read('t.csv', content, { columns: { prompt: 'text' } });
    expect(asked).toMatchObject({
      records: [{ prompt: 'a' }],
      notes: [],
      origin: { options: { columns: { prompt: 'text' } } },
    });
  });

  test('splits fields at a semicolon where that is asked for, and hints at it where it was not', async () => {
    const content = 'prompt;answer\na,b;c\n';
    expect((await read('t.csv', content, { delimiter: ';' })).records).toEqual([{ prompt: 'a,b', completion: 'c' }]);
    await expect(read('t.csv', content)).rejects.toMatchObject({
      message: `${file('t.csv')}:1: no column is called as a prompt usually is`,
      hint: expect.stringMatching(/Found: prompt;answer\. Is there another delimiter/),
    });
  });

  test('reads the format that is asked for, whatever the name says', async () => {
    expect((await read('data.txt', 'prompt\na\n', { format: 'csv' })).records).toEqual([{ prompt: 'a' }]);
    expect((await read('data.csv', jsonl([{ prompt: 'a' }]), { format: 'jsonl' })).records).toEqual([{ prompt: 'a' }]);
  });

  test('makes one session of the rows that share one, wherever they stand, in the order of the rows', async () => {
    const content =
      's,q,a,y\nx,q0,a0,\ny,p0,b0,Be brief.\n x ,q1,a1,Be kind.\n,alone,c,\nx,q2,,Be kind.\ny,p1,b1,Be long.\n';
    const { records, notes } = await read('t.csv', content, {
      columns: { prompt: 'q', completion: 'a', session: 's', system: 'y' },
    });
    expect(records).toEqual([
      { session_id: 'x', system: 'Be kind.', prompts: ['q0', 'q1', 'q2'], completions: ['a0', 'a1'] },
      { session_id: 'y', system: 'Be brief.', prompts: ['p0', 'p1'], completions: ['b0', 'b1'] },
      { session_id: 'row-3', prompts: ['alone'], completions: ['c'] },
    ]);
    expect(notes).toEqual([
      'rows without a session, made sessions of their own: 1',
      'system messages that differ from the first of their session, left out: 1',
    ]);
  });

  test('gathers any rows as a map in memory would', async () => {
    const row = fc.record({
      session: fc.oneof(
        fc.nat({ max: 3 }),
        fc.nat({ max: 3 }).map((id) => `s${id}`),
      ),
      prompt: fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => /\S/.test(text)),
      completion: fc.string({ minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const { records } = await read('t.jsonl', jsonl(rows));
        const sessions = Map.groupBy(rows, ({ session }) => session);
        expect(records).toEqual(
          Array.from(sessions, ([session_id, members]) => ({
            session_id,
            prompts: members.map(({ prompt }) => prompt),
            completions: members.map(({ completion }) => completion),
          })),
        );
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('keeps answers up to the first turn without one, and counts those behind', async () => {
    const rows = ['a', '', 'c', 'd'].map((answer, turn) => ({ session: 1, prompt: `q${turn}`, answer }));
    const { records, notes } = await read('t.jsonl', jsonl(rows));
    expect(records).toEqual([{ session_id: 1, prompts: ['q0', 'q1', 'q2', 'q3'], completions: ['a'] }]);
    expect(notes).toContain('answers after a turn without one, left out: 2');
  });

  test('makes a session of one prompt of each row that may have a system message', async () => {
    const { records } = await read('t.csv', 'system,prompt\nBe brief.,a\n ,b\n');
    expect(records).toEqual([
      { session_id: 'row-0', system: 'Be brief.', prompts: ['a'] },
      { session_id: 'row-1', prompts: ['b'] },
    ]);
  });

  test('takes lengths that the table states, and counts the others with a tokenizer', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const columns = { prompt: 'p', completion: 'c', promptTokens: 'n', completionTokens: 'm' };
    const content = 'p,c,n,m\nHow are you?,Well.,12, 7.0\nHow are you?,Well.,,\nAnd you?,,,9\n';
    expect((await read('t.csv', content, { columns })).records).toEqual([
      { prompt: 'How are you?', completion: 'Well.', token_count: 12, completion_tokens: 7 },
      { prompt: 'How are you?', completion: 'Well.' },
      { prompt: 'And you?', completion_tokens: 9 },
    ]);
    const { records, notes, origin } = await read('t.csv', content, { columns }, tokenizer);
    expect(records).toEqual([
      { prompt: 'How are you?', completion: 'Well.', token_count: 12, completion_tokens: 7 },
      {
        prompt: 'How are you?',
        completion: 'Well.',
        token_count: encode('How are you?').length,
        completion_tokens: encode('Well.').length,
      },
      { prompt: 'And you?', token_count: encode('And you?').length, completion_tokens: 9 },
    ]);
    expect(notes).toEqual(['lengths as the table states them, not counted: 3']);
    expect(origin.tokenizer).toEqual({ name: 'o200k_base', sha256: tokenizer.sha256 });
  });

  test('reads values at paths, and names that hold a dot', async () => {
    const columns = { prompt: 'messages.0.content', completion: 'reply.text', session: 'meta.id' };
    const rows = [
      { messages: [{ content: 'a' }], 'reply.text': 'b', reply: { text: 'no' }, meta: { id: 7 } },
      { messages: [{ content: 'c' }], reply: { text: 'd' }, meta: { id: 7 } },
    ];
    expect((await read('t.jsonl', jsonl(rows), { columns })).records).toEqual([
      { session_id: 7, prompts: ['a', 'c'], completions: ['b', 'd'] },
    ]);
  });

  test('leaves rows without a prompt out and counts them', async () => {
    const { records, notes } = await read('t.csv', 'prompt,x\na,1\n,2\n" \n ",3\nb,4\n');
    expect(records).toEqual([{ prompt: 'a' }, { prompt: 'b' }]);
    expect(notes).toContain('rows without a prompt, left out: 2');
  });

  test.for([
    ['t.csv', 'question,reply\na,b\n', { prompt: 'qestion', completion: 'rply' }, 1],
    [
      't.jsonl',
      jsonl([{ question: 'a', reply: 'b' }, { question: 'c' }]),
      { prompt: 'qestion', completion: 'rply' },
      2,
    ],
  ] as const)('names every column that is not in %s, and what was meant', async ([name, content, columns, line]) => {
    await expect(read(name, content, { columns })).rejects.toMatchObject({
      code: 'input',
      message: `${file(name)}:${line}: there is no column "qestion"; did you mean "question"?; there is no column "rply"; did you mean "reply"?`,
      hint: 'Found: question, reply.',
    });
  });

  test('needs no column in every record, but gives up after a thousand without it', async () => {
    const rows = Array.from({ length: 2000 }, (_, row) => ({ prompt: `p${row}`, ...(row === 999 && { late: 'x' }) }));
    const { records } = await read('t.jsonl', jsonl(rows), { columns: { prompt: 'prompt', completion: 'late' } });
    expect(records[999]).toEqual({ prompt: 'p999', completion: 'x' });
    const absent = read('t.jsonl', jsonl(rows), { columns: { prompt: 'prompt', completion: 'never' } });
    await expect(absent).rejects.toThrow(`${file('t.jsonl')}:1000: there is no column "never"`);
  });

  test.for([
    ['t.csv', 'prompt,n\na,1\nb,x1\n', ':3: column "n" is "x1"'],
    ['t.csv', 'prompt,n\na,1\nb,-3\n', ':3: column "n" is "-3"'],
    ['t.csv', 'prompt,n\na,1\n"b\n",2.5\n', ':3: column "n" is "2.5"'],
    ['t.jsonl', jsonl([{ prompt: 'a', n: 1.5 }]), ':1: column "n" is 1.5'],
    ['t.jsonl', jsonl([{ prompt: 'a', n: [1] }]), ':1: column "n" is [1]'],
    [
      't.jsonl',
      jsonl([
        { prompt: 'a', n: 1 },
        { prompt: 5, n: 1 },
      ]),
      ':2: column "prompt" is 5',
    ],
    ['t.jsonl', jsonl([{ prompt: ['x'.repeat(200)], n: 1 }]), `:1: column "prompt" is ["${'x'.repeat(78)}…`],
    ['t.jsonl', `${jsonl([{ prompt: 'a', n: 1 }])}[]\n`, ':2: Invalid input'],
  ] as const)('refuses a value of another kind in %s: %j', async ([name, content, message]) => {
    await expect(read(name, content, { columns: { prompt: 'prompt', promptTokens: 'n' } })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(file(name) + message),
    });
  });

  test('refuses a session that is neither text nor a number', async () => {
    await expect(
      read('t.jsonl', jsonl([{ prompt: 'a', session: true }]), { columns: { prompt: 'prompt', session: 'session' } }),
    ).rejects.toThrow(`${file('t.jsonl')}:1: column "session" is true`);
  });

  test.for([
    ['t.csv', 'prompt\n', 'It has no rows.'],
    ['t.csv', 'prompt,x\n,1\n', expect.stringContaining('rows without a prompt, left out: 1')],
    ['t.jsonl', '', 'It has no rows.'],
  ] as const)('refuses %s without a prompt: %j', async ([name, content, hint]) => {
    await expect(read(name, content)).rejects.toMatchObject({
      code: 'input',
      message: `${file(name)}: holds no prompt`,
      hint,
    });
  });

  test('gives the same each time, stops with its reader, and ends with the signal', async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => ({ session: row % 50, prompt: `p${row}` }));
    await writeFile(file('t.jsonl'), jsonl(rows));
    const dataset = table({ path: file('t.jsonl') });
    const first = await collect(dataset);
    const findings = dataset.findings?.();
    expect(first).toHaveLength(50);
    expect((first[49] as PromptSession).prompts).toHaveLength(60);
    expect(await collect(dataset)).toEqual(first);
    expect(dataset.findings?.()).toEqual(findings);
    for await (const _ of dataset) break;
    const controller = new AbortController();
    const ended = table({ path: file('t.jsonl') }, undefined, { signal: controller.signal });
    const reading = collect(ended);
    controller.abort(new Error('stop'));
    await expect(reading).rejects.toThrow('stop');
  });

  test('names every problem of its options', () => {
    const make = (options: object) => () => table(options as TableOptions);
    const usage = (message: unknown) => expect.objectContaining({ code: 'usage', message });
    expect(make({ path: 'x', format: 'xls', delimiter: '|', columns: { prompt: '', reply: 'y' } })).toThrowError(
      usage(expect.stringMatching(/^table: format: must be.*delimiter: must be.*columns.prompt: must name.*reply/)),
    );
    expect(make({ path: 'a.jsonl', delimiter: ';' })).toThrowError(usage('table: delimiter: is not for jsonl'));
    expect(make({ path: 'a.parquet' })).toThrowError(usage('table: format: cannot be told from the name a.parquet'));
    expect(make({ path: '-' })).toThrowError(expect.objectContaining({ hint: 'Give the format: csv, tsv or jsonl.' }));
    expect(make({ path: 'a.constructor' })).toThrowError(usage(expect.stringContaining('cannot be told')));
  });

  test('says which file is missing', async () => {
    await expect(collect(table({ path: file('none.csv') }))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(collect(table({ path: file('none.jsonl') }))).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
