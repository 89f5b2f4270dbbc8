import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ChatMessage, datasetRecordSchema, type PromptSession } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/prompt-source.js';
import { clientTrace } from './generate.js';

const outside = process.env.TMPDIR;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-dataset-'));
  file = join(folder, 'output.jsonl');
  process.env.TMPDIR = folder;
});
afterAll(async () => {
  if (outside === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outside;
  await rm(folder, { recursive: true });
});

const user = (content: unknown): ChatMessage => ({ role: 'user', content });
const assistant = (content: unknown): ChatMessage => ({ role: 'assistant', content });
const system = (content: unknown): ChatMessage => ({ role: 'system', content });

const success = (input: ChatMessage[], output: string | null, rest: object = {}) => ({
  request_id: 0,
  status: 'success',
  input,
  output,
  output_tokens: 7,
  prompt_tokens: 1000,
  ...rest,
});

/** A turn of the session "s" as our client writes it, with the conversation before it. */
const turnOf = (turn: number, rest: object = {}) => {
  const history = Array.from({ length: turn }, (_, before) => [user(`q${before}`), assistant(`a${before}`)]).flat();
  return success([...history, user(`q${turn}`)], `a${turn}`, {
    request_id: turn,
    session_id: 's',
    turn,
    start_time: 100 + turn,
    output_tokens: 10 + turn,
    ...rest,
  });
};

const write = (results: object[]): Promise<void> =>
  writeFile(file, results.map((result) => `${JSON.stringify(result)}\n`).join(''));

const read = async (results: object[], tokenizer?: Parameters<typeof clientTrace>[1]) => {
  await write(results);
  const dataset = clientTrace({ path: file }, tokenizer);
  const records = await collect(dataset);
  for (const record of records) datasetRecordSchema.parse(record);
  expect(await readdir(folder), 'temporary files left').toEqual(['output.jsonl']);
  return { records, ...(dataset.findings?.() ?? { notes: [], statistics: {} }) };
};

describe('clientTrace', () => {
  test('gives plain prompts in the order of the file, with the answers and their lengths', async () => {
    const { records, notes, statistics } = await read([
      success([user('one')], 'first', { request_id: 1, output_tokens: 3 }),
      success([user([{ type: 'text', text: 'two' }])], '', { request_id: 0, output_tokens: null }),
      success([user(' three\n')], null, { request_id: 2 }),
    ]);
    expect(records).toEqual([
      { prompt: 'one', completion: 'first', completion_tokens: 3 },
      { prompt: 'two', completion: '' },
      { prompt: ' three\n', completion_tokens: 7 },
    ]);
    expect(notes).toEqual(['lengths of answers as the server reported them: 2']);
    expect(statistics).toEqual({ results_read: 3, errors_by_type: {} });
  });

  test("never takes the server's prompt_tokens for the length of a prompt", async () => {
    const { records } = await read([success([user('one')], 'first', { prompt_tokens: 12 })]);
    expect(JSON.stringify(records)).not.toContain('12');
  });

  test('counts prompts and answers with a tokenizer, but not answers of reasoning alone', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const plain = await read([success([user('How are you?')], 'Well.'), success([user('?')], '')], tokenizer);
    expect(plain.records).toEqual([
      {
        prompt: 'How are you?',
        completion: 'Well.',
        token_count: encode('How are you?').length,
        completion_tokens: encode('Well.').length,
      },
      { prompt: '?', completion: '', token_count: 1, completion_tokens: 7 },
    ]);
    const session = await read([turnOf(0), turnOf(1)], tokenizer);
    expect(session.records).toEqual([
      {
        session_id: 's',
        prompts: ['q0', 'q1'],
        completions: ['a0', 'a1'],
        prompt_lengths: [encode('q0').length, encode('q1').length],
        output_lengths: [encode('a0').length, encode('a1').length],
      },
    ]);
    const dataset = clientTrace({ path: file }, tokenizer);
    expect(dataset.origin).toEqual({
      generator: 'client_trace',
      options: { path: file },
      seed: null,
      tokenizer: { name: 'o200k_base', sha256: tokenizer.sha256 },
    });
  });

  test('rebuilds a session of results that ended in another order', async () => {
    const { records, notes } = await read([turnOf(2), turnOf(0), turnOf(1)]);
    expect(records).toEqual([
      { session_id: 's', prompts: ['q0', 'q1', 'q2'], completions: ['a0', 'a1', 'a2'], output_lengths: [10, 11, 12] },
    ]);
    expect(notes).toEqual(['lengths of answers as the server reported them: 3']);
  });

  test('orders turns by their start where they have no number, then by their history, then as they stand', async () => {
    const promptsOf = async (results: object[]) => ((await read(results)).records[0] as PromptSession).prompts;
    const noTurn = { turn: null };
    const neither = { turn: undefined, start_time: null };
    expect(await promptsOf([turnOf(1, noTurn), turnOf(0, noTurn)])).toEqual(['q0', 'q1']);
    expect(await promptsOf([turnOf(1, neither), turnOf(0)])).toEqual(['q0', 'q1']);
    const alone = (question: string) => success([user(question)], 'x', { session_id: 's' });
    expect(await promptsOf([alone('b'), alone('a'), turnOf(1, neither), alone('c')])).toEqual(['b', 'a', 'c', 'q1']);
    expect(await promptsOf([turnOf(1, { start_time: 1 }), turnOf(0, { start_time: 2 })])).toEqual(['q0', 'q1']);
  });

  test('rebuilds any sessions from their results in any order', async () => {
    const conversation = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { minLength: 1, maxLength: 4 });
    const text = /\S/;
    const sessions = fc.array(
      conversation.filter((turns) => turns.every(([question]) => text.test(question))),
      { minLength: 1, maxLength: 4 },
    );
    const shuffled = sessions.chain((given) => {
      const results = given.flatMap((turns, session) =>
        turns.map(([question, answer], turn) => {
          const history = turns.slice(0, turn).flatMap(([q, a]) => [user(q), assistant(a)]);
          return success([...history, user(question)], answer, {
            session_id: `s${session}`,
            turn,
            output_tokens: turn,
          });
        }),
      );
      return fc.record({
        given: fc.constant(given),
        results: fc.shuffledSubarray(results, { minLength: results.length }),
      });
    });
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ given, results }) => {
        const { records } = await read(results);
        const byId = (records as PromptSession[]).toSorted((a, b) => (a.session_id < b.session_id ? -1 : 1));
        expect(byId).toEqual(
          given.map((turns, session) => ({
            session_id: `s${session}`,
            prompts: turns.map(([question]) => question),
            completions: turns.map(([, answer]) => answer),
            output_lengths: turns.map((_, turn) => turn),
          })),
        );
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test('takes the system message and the history of the first turn, and joins what the user said in a row', async () => {
    const start = [system('Be brief.'), user('before'), assistant('yes'), assistant('no')];
    const { records, notes } = await read([
      success([...start, user('q0'), user('and'), user(' ')], 'a0', { session_id: 4, turn: 0 }),
      success([...start, user('q0'), user('and'), assistant('a0'), user('q1')], null, { session_id: 4, turn: 1 }),
    ]);
    expect(records).toEqual([
      {
        session_id: 4,
        system: 'Be brief.',
        prompts: ['before', 'q0\n\nand', 'q1'],
        completions: ['yes\n\nno', 'a0'],
        output_lengths: [null, 7, 7],
      },
    ]);
    expect(notes).toContain('questions of a session joined to the one right before: 1');
  });

  test('takes the history before a session in whatever order its results stand', async () => {
    const [one, two] = [turnOf(1), turnOf(2)];
    const whole = [
      { session_id: 's', prompts: ['q0', 'q1', 'q2'], completions: ['a0', 'a1', 'a2'], output_lengths: [null, 11, 12] },
    ];
    expect((await read([one, two])).records).toEqual(whole);
    expect((await read([two, one])).records).toEqual(whole);
  });

  test('tells the sessions 1 and "1" apart, and gives each a name of its own', async () => {
    const { records, notes } = await read([turnOf(0, { session_id: 1 }), turnOf(0, { session_id: '1' })]);
    expect(records.map((record) => (record as PromptSession).session_id)).toEqual([1, '1~2']);
    expect(notes).toContain('session ids that were there before, renamed: 1');
  });

  test('makes everything a session when something in the file is one', async () => {
    const { records, notes } = await read([
      success([user('alone')], 'hello', { request_id: 8 }),
      success([system('Be brief.'), user('more'), assistant('yes'), user('and?')], 'no', {
        request_id: 'x',
        output_tokens: 2,
      }),
      turnOf(0),
    ]);
    expect(records).toEqual([
      { session_id: 'request-8', prompts: ['alone'], completions: ['hello'], output_lengths: [7] },
      {
        session_id: 'request-x',
        system: 'Be brief.',
        prompts: ['more', 'and?'],
        completions: ['yes', 'no'],
        output_lengths: [null, 2],
      },
      { session_id: 's', prompts: ['q0'], completions: ['a0'], output_lengths: [10] },
    ]);
    expect(notes).toContain('results without a session, made sessions of their own: 2');
  });

  test('makes sessions of requests with more than one message, although nothing names a session', async () => {
    const { records } = await read([
      success([user('a')], 'b', { request_id: 0 }),
      success([system('c'), user('d')], 'e', { request_id: 0 }),
    ]);
    expect(records.map((record) => (record as PromptSession).session_id)).toEqual(['request-0', 'request-0~2']);
  });

  test('leaves out and counts what it cannot use', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:' } };
    const error = (type: string | null) => ({
      request_id: 1,
      status: 'error',
      error_type: type,
      input: [user('lost')],
    });
    const { records, notes, statistics } = await read([
      error('http_5xx'),
      error('timeout'),
      error(null),
      error('timeout'),
      success([user('kept')], 'yes'),
      { request_id: 2, status: 'success', output_tokens: 3 },
      success([user([image])], 'a cat'),
      success([user('call it'), { role: 'assistant', content: null, tool_calls: [{}] } as ChatMessage], ''),
      success([user('x'), { role: 'tool', content: '5' }], ''),
      success([user('  ')], 'hm'),
      success([system('x')], 'hm'),
    ]);
    expect(records).toEqual([{ prompt: 'kept', completion: 'yes', completion_tokens: 7 }]);
    expect(notes).toEqual([
      'results that are errors, left out: 4 (timeout 2, http_5xx 1, unknown 1)',
      'results without their text, left out: 1',
      'results whose input is more than text, left out: 3',
      'results without a question, left out: 2',
      'lengths of answers as the server reported them: 1',
    ]);
    expect(statistics).toEqual({ results_read: 11, errors_by_type: { http_5xx: 1, timeout: 2, unknown: 1 } });
  });

  test('counts the holes of sessions', async () => {
    const { records, notes } = await read([
      turnOf(0),
      turnOf(0, { output: 'again', start_time: 200 }),
      turnOf(3, { output: null }),
      turnOf(4),
      { ...turnOf(5), status: 'error', error_type: 'timeout' },
      success([user('q'), assistant('goes on')], 'x', { session_id: 's', turn: 6 }),
    ]);
    expect(records).toEqual([
      { session_id: 's', prompts: ['q0', 'q3', 'q4'], completions: ['a0'], output_lengths: [10, 13, 14] },
    ]);
    expect(notes).toEqual([
      'results that are errors, left out: 1 (timeout 1)',
      'results without a question, left out: 1',
      'results of a turn that their session had before, left out: 1',
      'turns that only the history of a later one shows, missing: 2',
      'answers after a turn without one, left out: 1',
      'lengths of answers as the server reported them: 3',
    ]);
  });

  test('reads results as the Python tool writes them, compressed too', async () => {
    const line = (id: number, content: string, output: string) =>
      `{"request_id": ${id}, "status": "success", "input": [{"role": "user", "content": "${content}"}], "output": "${output}", "prompt_tokens": 9, "output_tokens": 2, "total_tokens": 11, "latency": 0.5, "throughput": 4.0, "start_time": 1.5, "end_time": 2.0, "ttft": NaN, "tpot": 0.1, "target_pod": null, "target_request_id": null, "session_id": null}\n`;
    const failed =
      '{"request_id": 1, "status": "error", "error_type": "TimeoutError", "error_message": "x", "error_traceback": "y", "input": [], "output": null, "latency": 1.0, "session_id": null}\n';
    await writeFile(
      join(folder, 'output.jsonl.gz'),
      gzipSync(line(0, 'Why?', 'So.') + failed + line(2, 'How?', 'Thus.')),
    );
    const dataset = clientTrace({ path: join(folder, 'output.jsonl.gz') });
    expect(await collect(dataset)).toEqual([
      { prompt: 'Why?', completion: 'So.', completion_tokens: 2 },
      { prompt: 'How?', completion: 'Thus.', completion_tokens: 2 },
    ]);
    expect(dataset.findings?.().notes[0]).toBe('results that are errors, left out: 1 (TimeoutError 1)');
    await rm(join(folder, 'output.jsonl.gz'));
  });

  test('gives the same records and counts each time it is iterated', async () => {
    await write([turnOf(0), turnOf(1, { session_id: 'other' }), turnOf(1), success([user('x')], 'y')]);
    const dataset = clientTrace({ path: file });
    const first = [await collect(dataset), dataset.findings?.()];
    expect([await collect(dataset), dataset.findings?.()]).toEqual(first);
  });

  test('leaves a last line out that a kill cut off, and refuses any other', async () => {
    await writeFile(file, `${JSON.stringify(success([user('x')], 'y'))}\n{"request_id": 5, "sta`);
    const dataset = clientTrace({ path: file });
    expect(await collect(dataset)).toHaveLength(1);
    expect(dataset.findings?.().notes).toContain('last lines that were cut off, left out: 1');
    await writeFile(file, `{"request_id": 5, "sta\n${JSON.stringify(success([user('x')], 'y'))}\n`);
    await expect(collect(clientTrace({ path: file }))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(`${file}:1: not valid JSON`),
    });
    await expect(read([success([user('x')], 'y'), { prompt: 'a dataset' }])).rejects.toThrow(
      `${file}:2: request_id: Invalid input`,
    );
  });

  test.for([
    [[], 'holds no results', /empty/],
    [
      [
        { request_id: 0, status: 'success' },
        { request_id: 1, status: 'error' },
      ],
      'no result has the text',
      /--no-text/,
    ],
    [[{ request_id: 1, status: 'error', error_type: 'timeout' }], 'no result can be used', /errors.*1 \(timeout 1\)/],
    [[success([system('x')], 'y')], 'no result can be used', /without a question, left out: 1/],
  ] as const)('refuses a file of which nothing can be made: %j', async ([results, message, hint]) => {
    await expect(read([...results])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(`${file}: ${message}`),
      hint: expect.stringMatching(hint),
    });
  });

  test('ends with the signal before the first record, and leaves no file behind', async () => {
    await write(Array.from({ length: 500 }, (_, index) => turnOf(0, { session_id: index })));
    const dataset = clientTrace({ path: file }, undefined, { signal: AbortSignal.abort(new Error('stop')) });
    await expect(collect(dataset)).rejects.toThrow('stop');
    for await (const _ of clientTrace({ path: file })) break;
    expect(await readdir(folder)).toEqual(['output.jsonl']);
  });

  test('says which file is missing, and what is wrong with its options', async () => {
    const missing = collect(clientTrace({ path: join(folder, 'none.jsonl') }));
    await expect(missing).rejects.toMatchObject({ code: 'file-not-found' });
    expect(() => clientTrace({ path: '', trace: 'x' } as { path: string })).toThrowError(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(/client_trace: .*path.*trace/) }),
    );
  });
});
