import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { datasetRecordSchema } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/prompt-source.js';
import { messages } from './generate.js';
import type { MessagesOptions } from './options.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-dataset-'));
  file = join(folder, 'chats.jsonl');
});
afterAll(() => rm(folder, { recursive: true }));

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown, rest: object = {}) => ({ role: 'assistant', content, ...rest });
const system = (content: unknown) => ({ role: 'system', content });
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };

const chat = [system('Be brief.'), user('one'), assistant('first'), user('two'), assistant('second')];
const session = { system: 'Be brief.', prompts: ['one', 'two'], completions: ['first', 'second'] };

const readText = async (
  text: string,
  options: Partial<MessagesOptions> = {},
  tokenizer?: Parameters<typeof messages>[1],
) => {
  await writeFile(file, text);
  const dataset = messages({ path: file, ...options }, tokenizer);
  const records = await collect(dataset);
  for (const record of records) datasetRecordSchema.parse(record);
  return { records, ...(dataset.findings?.() ?? { statistics: {}, notes: [] }) };
};
const lines = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const read = (values: unknown[], ...rest: [Partial<MessagesOptions>?, Parameters<typeof messages>[1]?]) =>
  readText(lines(values), ...rest);

describe('messages', () => {
  test('reads conversations and requests of batches, and names them by what names them', async () => {
    const { records, notes, statistics } = await read([
      { messages: chat },
      { id: 'a', session_id: 'b', custom_id: 'c', messages: chat },
      { session_id: 5, custom_id: 'c', messages: chat },
      { custom_id: 'c', method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: chat } },
      { id: '', request: { messages: chat } },
      { custom_id: 'c', request: { body: { messages: chat } } },
    ]);
    expect(records).toEqual(
      ['messages-0', 'a', 5, 'c', 'messages-4', 'c~2'].map((session_id) => ({ session_id, ...session })),
    );
    expect(notes).toEqual([
      'sessions without an id, called after their place: 2',
      'session ids that were there before, renamed: 1',
    ]);
    expect(statistics).toEqual({ conversations_read: 6 });
  });

  const other = [user('alone')];
  const expected = [
    { session_id: 'messages-0', ...session },
    { session_id: 'messages-1', prompts: ['alone'] },
  ];
  test.for([
    ['an array a line', lines([chat, other])],
    [
      'an array a line, with CRLF, a byte order mark and empty lines',
      `\uFEFF\r\n ${JSON.stringify(chat)}\r\n\r\n${JSON.stringify(other)}`,
    ],
    ['an array of objects', JSON.stringify([{ messages: chat }, { messages: other }], undefined, 2)],
    ['an array of arrays', JSON.stringify([chat, other])],
    ['objects and arrays', lines([{ messages: chat }, other])],
  ] as const)('reads %s', async ([, text]) => {
    expect((await readText(text)).records).toEqual(expected);
  });

  test('reads one conversation that stands alone as an array', async () => {
    expect((await readText(JSON.stringify(chat))).records).toEqual(expected.slice(0, 1));
    expect((await readText(lines([chat]))).records).toEqual(expected.slice(0, 1));
  });

  test('takes developer messages for system messages, and joins text parts', async () => {
    const parts = [{ type: 'text', text: 'one' }, { type: 'text', text: 'two' }, 'three'];
    const { records } = await read([[{ role: 'developer', content: 'Be brief.' }, user(parts), assistant(null)]]);
    expect(records).toEqual([{ session_id: 'messages-0', system: 'Be brief.', prompts: ['one\ntwo\nthree'] }]);
  });

  const call = assistant(null, {
    tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }],
  });
  const tool = { role: 'tool', tool_call_id: 't', content: '5' };
  const withTools = [user('What is it?'), call, tool, assistant('It is 5.')];
  const withImage = [user([{ type: 'text', text: 'Look:' }, image])];

  test('leaves out what is more than text, counts it, and says what keeps it', async () => {
    const { records, notes } = await read([
      withTools,
      withImage,
      [user('x'), assistant('y', { function_call: {} })],
      other,
    ]);
    expect(records).toEqual([{ session_id: 'messages-3', prompts: ['alone'] }]);
    expect(notes).toContain('conversations with more than text, left out (the form "messages" keeps them): 3');
  });

  test('keeps every conversation whole in the form "messages", with the last answer apart', async () => {
    const { records, notes } = await read(
      [withTools, withImage, withTools.slice(0, 2), [assistant('Hi')], { messages: chat }],
      {
        form: 'messages',
      },
    );
    expect(records).toEqual([
      { messages: withTools.slice(0, 3), completion: 'It is 5.' },
      { messages: withImage },
      { messages: withTools.slice(0, 1) },
      { messages: chat.slice(0, 4), completion: 'second' },
    ]);
    expect(notes).toEqual([
      'conversations without a message to send, left out: 1',
      'last answers without text, left out: 1',
    ]);
  });

  test('counts texts with a tokenizer in either form', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const count = (text: string): number => encode(text).length;
    expect((await read([chat], {}, tokenizer)).records).toEqual([
      {
        session_id: 'messages-0',
        ...session,
        prompt_lengths: [count('one'), count('two')],
        output_lengths: [count('first'), count('second')],
      },
    ]);
    const whole = await read([withTools, withImage], { form: 'messages' }, tokenizer);
    expect(whole.records).toMatchObject([
      { token_count: count('What is it?') + count('5'), completion_tokens: count('It is 5.') },
      { token_count: count('Look:') },
    ]);
    expect(messages({ path: file }, tokenizer).origin).toEqual({
      generator: 'messages',
      options: { path: file, form: 'sessions' },
      seed: null,
      tokenizer: { name: 'o200k_base', sha256: tokenizer.sha256 },
    });
  });

  test('reads compressed files, and the same again each time', async () => {
    const path = join(folder, 'chats.jsonl.zst');
    await writeFile(path, zstdCompressSync(lines([chat, other])));
    const dataset = messages({ path });
    expect(await collect(dataset)).toEqual(expected);
    const notes = dataset.findings?.();
    expect(await collect(dataset)).toEqual(expected);
    expect(dataset.findings?.()).toEqual(notes);
  });

  test.for([
    [[{ messages: chat }, { conversations: [] }], ':2: holds no "messages"', /ShareGPT/],
    [[{ messages: chat }, 5], ':2: holds no "messages"', /Each line must be/],
    [[{ body: { input: 'embed me' } }], ':1: holds no "messages"', /Each line must be/],
    [[chat, { request_id: 0 }], ':2: holds no "messages"', /client trace/],
    [[{ body: { messages: [user('x'), { content: 'y' }] } }], ':1: body.messages[1].role: Invalid input', /Each line/],
    [[{ messages: 'hello' }], ':1: messages: Invalid input', /Each line must be/],
    [[user('a message'), user('a line')], ':1: holds no "messages"', /Each line must be/],
    [[user(['a', 'b']), user('c')], ':1: holds no "messages"', /Each line must be/],
    [[chat, [{ text: 'x' }]], ':2: [0].role: Invalid input', /Each line must be/],
  ] as const)('refuses %j with the place', async ([values, message, hint]) => {
    await expect(read([...values])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(file + message),
      hint: expect.stringMatching(hint),
    });
  });

  test('refuses a conversation that goes over several lines, and one that is cut off', async () => {
    await expect(readText(JSON.stringify(chat, undefined, 2))).rejects.toMatchObject({
      message: `${file}:1: the first line is no conversation`,
      hint: expect.stringContaining('may not go over several lines'),
    });
    await expect(readText(lines([chat, other]).slice(0, -3))).rejects.toThrow(`${file}:2: not valid JSON`);
  });

  test.for([
    ['', 'The file is empty.'],
    [lines([withTools]), expect.stringContaining('the form "messages" keeps them): 1')],
    [lines([[system('x')]]), expect.stringContaining('without a question')],
  ] as const)('refuses a file of which nothing can be made: %j', async ([text, hint]) => {
    await expect(readText(text)).rejects.toMatchObject({
      code: 'input',
      message: `${file}: holds no conversation that can be used`,
      hint,
    });
  });

  test('ends with the signal, says which file is missing, and what is wrong with its options', async () => {
    const ended = messages({ path: file }, undefined, { signal: AbortSignal.abort(new Error('stop')) });
    await expect(collect(ended)).rejects.toThrow('stop');
    const missing = collect(messages({ path: join(folder, 'none.jsonl') }));
    await expect(missing).rejects.toMatchObject({ code: 'file-not-found' });
    expect(() => messages({ path: 'x', form: 'turns' } as unknown as MessagesOptions)).toThrowError(
      expect.objectContaining({ code: 'usage', message: 'messages: form: must be "sessions" or "messages"' }),
    );
    expect(await readdir(folder)).toEqual(['chats.jsonl', 'chats.jsonl.zst']);
  });
});
