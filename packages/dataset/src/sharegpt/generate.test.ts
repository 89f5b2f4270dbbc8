import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type PromptSession, promptSessionSchema } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../test/prompt-source.js';
import { writeDatasetFile } from '../write-dataset-file.js';
import { sharegpt } from './generate.js';
import type { ShareGptOptions } from './options.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-sharegpt-'));
  path = join(folder, 'source.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** `conversation('a', 'human: Why?', 'gpt: So.')`. */
const conversation = (id: unknown, ...messages: string[]) => ({
  id,
  conversations: messages.map((message) => {
    const [from = '', value] = message.split(': ');
    return { from, value };
  }),
});

const read = async (
  elements: unknown,
  options: Partial<ShareGptOptions> = {},
): Promise<[PromptSession[], string[]]> => {
  await writeFile(path, JSON.stringify(elements));
  const dataset = sharegpt({ path, ...options });
  return [await collect(dataset), dataset.findings?.().notes ?? []];
};

it('keeps two readings at once apart', async () => {
  await writeFile(path, JSON.stringify(['a', 'b', 'c'].map((id) => conversation(id, 'human: Why?', 'gpt: So.'))));
  const dataset = sharegpt({ path });
  const [one, other] = [dataset[Symbol.asyncIterator](), dataset[Symbol.asyncIterator]()];
  const ids: unknown[] = [];
  for (let element = 0; element < 3; element++) {
    for (const reading of [one, other]) ids.push((await reading.next()).value?.session_id);
  }
  expect(ids).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});

const failureOf = async (content: string, options: Partial<ShareGptOptions> = {}): Promise<unknown> => {
  await writeFile(path, content);
  return collect(sharegpt({ path, ...options })).then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
};

describe('sharegpt', () => {
  it('takes prompts and answers in order', async () => {
    const elements = [
      conversation('a', 'human: Why?', 'gpt: So.', 'human: And?', 'gpt: No.'),
      conversation(7, 'system: Be kind.', 'human: Who?'),
    ];
    expect(await read(elements)).toEqual([
      [
        { session_id: 'a', prompts: ['Why?', 'And?'], completions: ['So.', 'No.'] },
        { session_id: 7, system: 'Be kind.', prompts: ['Who?'] },
      ],
      ['last questions without an answer, kept: 1'],
    ]);
  });

  it.each(['gpt', 'assistant', 'chatgpt', 'bing', 'bard', 'model', 'GPT'])(
    'takes %s for the assistant',
    async (sender) => {
      const [[session]] = await read([conversation('a', 'user: Why?', `${sender}: So.`)]);
      expect(session).toEqual({ session_id: 'a', prompts: ['Why?'], completions: ['So.'] });
    },
  );

  it('takes messages that say role and content', async () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'So.' },
    ];
    const [sessions] = await read([{ id: 'a', conversations: messages }]);
    expect(sessions).toEqual([{ session_id: 'a', system: 'Be kind.', prompts: ['Why?'], completions: ['So.'] }]);
  });

  it('makes sessions of odd conversations by the rule, and says what it did', async () => {
    const [sessions, notes] = await read([
      conversation('early', 'gpt: Hello.', 'human: Why?', 'human: Tell me.', 'gpt: So.', 'tool: 5'),
      conversation('nothing', 'gpt: Hello.'),
      { id: 'strange', conversations: [{ from: 'human', value: 5 }, null, 'text', { from: 'human', value: 'Why?' }] },
      { id: 'empty', conversations: [] },
      { id: 'none' },
      'not one',
      null,
    ]);
    expect(sessions).toEqual([
      { session_id: 'early', prompts: ['Why?\n\nTell me.'], completions: ['So.'] },
      { session_id: 'strange', prompts: ['Why?'] },
    ]);
    expect(notes).toEqual([
      'elements that are no conversation, left out: 3',
      'conversations without a question, left out: 2',
      'messages of other roles, left out: 3',
      'empty messages, left out: 1',
      'answers before the first question, left out: 1',
      'questions joined to the one right before: 1',
      'last questions without an answer, kept: 1',
    ]);
  });

  it('calls sessions without an id after their place, and makes ids unique', async () => {
    const ids = ['a', undefined, 'a', '', { no: 'id' }, null, 'a', 1, '1'];
    const [sessions, notes] = await read(ids.map((id) => conversation(id, 'human: Why?')));
    expect(sessions.map(({ session_id }) => session_id)).toEqual([
      'a',
      'sharegpt-1',
      'a~2',
      'sharegpt-3',
      'sharegpt-4',
      'sharegpt-5',
      'a~3',
      1,
      '1~2',
    ]);
    expect(notes).toContain('sessions without an id, called after their place: 4');
    expect(notes).toContain('session ids that were there before, renamed: 3');
  });

  it('leaves out later turns, and counts them', async () => {
    const elements = [
      conversation('a', 'human: 1', 'gpt: one', 'human: 2', 'gpt: two', 'human: 3'),
      conversation('b', 'human: 1'),
    ];
    const [sessions, notes] = await read(elements, { maxTurns: 1 });
    expect(sessions).toEqual([
      { session_id: 'a', prompts: ['1'], completions: ['one'] },
      { session_id: 'b', prompts: ['1'] },
    ]);
    expect(notes).toContain('turns after the first 1, left out: 2 (in 1 sessions)');
  });

  it('stops after so many sessions, and reads no further', async () => {
    await writeFile(path, `[${JSON.stringify(conversation('a', 'human: 1'))}, {"cut`);
    const dataset = sharegpt({ path, maxSessions: 1 });
    expect(await collect(dataset)).toHaveLength(1);
    expect(dataset.findings?.().statistics).toEqual({ elements_read: 1 });
  });

  it('gives the same again when it is read again', async () => {
    await writeFile(path, JSON.stringify([conversation('a', 'human: 1'), conversation('a', 'human: 2', 'human: 3')]));
    const dataset = sharegpt({ path });
    const first = [await collect(dataset), dataset.findings?.()];
    expect([await collect(dataset), dataset.findings?.()]).toEqual(first);
  });

  it.each([
    ['lines.jsonl', (text: string) => text.slice(1, -1).replace('},{"id"', '}\n{"id"')],
    ['packed.json.gz', (text: string) => gzipSync(text)],
    ['packed.json.zst', (text: string) => zstdCompressSync(text)],
  ])('reads %s', async (name, pack) => {
    const elements = [conversation('a', 'human: naïve 東京 🚀'), conversation('b', 'human: 2')];
    await writeFile(join(folder, name), pack(JSON.stringify(elements)));
    const sessions = await collect(sharegpt({ path: join(folder, name) }));
    expect(sessions.map(({ prompts }) => prompts)).toEqual([['naïve 東京 🚀'], ['2']]);
  });

  it('states lengths that another tokenizer implementation counts, and which tokenizer it was', async () => {
    await writeFile(path, JSON.stringify([conversation('a', 'human: Why, 東京?', 'gpt: So it is.', 'human: And 🚀?')]));
    const tokenizer = await loadTokenizer('o200k_base');
    const dataset = sharegpt({ path }, tokenizer);
    const [session] = await collect(dataset);
    expect(session?.prompt_lengths).toEqual(['Why, 東京?', 'And 🚀?'].map((text) => encode(text).length));
    expect(session?.output_lengths).toEqual([encode('So it is.').length]);
    expect(dataset.origin).toEqual({
      generator: 'sharegpt',
      options: { path, maxSessions: null, maxTurns: null },
      seed: null,
      tokenizer: { name: tokenizer.name, sha256: tokenizer.sha256 },
    });
  });

  it('writes a file and a manifest that say the same twice', async () => {
    await writeFile(path, JSON.stringify([conversation('a', 'human: 1', 'gpt: one'), conversation('b', 'gpt: 2')]));
    const contents: string[] = [];
    for (const name of ['x.jsonl', 'y.jsonl']) {
      const manifest = await writeDatasetFile(join(folder, name), sharegpt({ path }));
      expect(manifest).toMatchObject({
        generator: 'sharegpt',
        seed: null,
        records: 1,
        statistics: { sessions: 1, prompts: 1, elements_read: 2 },
        notes: ['conversations without a question, left out: 1'],
      });
      contents.push(await readFile(join(folder, name), 'utf8'));
      contents.push(await readFile(join(folder, `${name}.manifest.json`), 'utf8'));
    }
    expect(contents.slice(0, 2)).toEqual(contents.slice(2));
    expect(contents[0]).toBe('{"session_id":"a","prompts":["1"],"completions":["one"]}\n');
  });
});

describe('a file that cannot be used', () => {
  it('refuses impossible options, all at once', () => {
    const options = { path: '', maxSessions: 0, maxTurns: 1.5, maxRows: 3 };
    expect(() => sharegpt(options)).toThrow(/path: .*maxSessions: .*maxTurns: .*maxRows/s);
  });

  it.each([
    ['[{"prompt": "Why?"}]', /"conversations"/],
    ['["text"]', /"conversations"/],
    ['[[{"from": "human", "value": "Why?"}]]', /"conversations"/],
    ['[{"conversations": {"from": "human"}}]', /"conversations"/],
    ['[{"conversations": [{"user": "Why?"}]}]', /"conversations"/],
    ['{"data": [{"id": "a"}]}\n', /"conversations"/],
    ['[{"messages": [{"role": "user", "content": "Why?"}]}]', /OpenAI messages/],
  ])('says that it is of another form: %s', async (content, hint) => {
    expect(await failureOf(content)).toMatchObject({
      code: 'input',
      message: `${path}:1: does not start with a ShareGPT conversation`,
      hint: expect.stringMatching(hint),
    });
  });

  it('says so of one object over several lines, and of text', async () => {
    for (const content of [
      JSON.stringify({ data: [conversation('a', 'human: 1')] }, undefined, 2),
      'id,text\n1,Why?\n',
    ]) {
      expect(await failureOf(content)).toMatchObject({
        code: 'input',
        message: expect.stringContaining(`${path}:1: does not start with a ShareGPT conversation`),
        hint: expect.stringContaining('"conversations"'),
      });
    }
  });

  it.each(['', '[]', '[{"conversations": []}]'])('says that there is nothing in %j', async (content) => {
    expect(await failureOf(content)).toMatchObject({
      code: 'input',
      message: `${path}: holds no conversation with a question`,
    });
  });

  it('says that it is not there', async () => {
    await expect(collect(sharegpt({ path: join(folder, 'absent.json') }))).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it('says where it is broken or cut off, and leaves nothing under the output name', async () => {
    const [first, second] = [conversation('a', 'human: 1'), conversation('b', 'human: 2')].map((e) =>
      JSON.stringify(e),
    );
    const output = join(folder, 'out.jsonl');
    for (const [content, message] of [
      [`[\n${first},\n${second?.slice(0, -9)}`, `${path}:3: the file ends inside its array`],
      [`[\n${first},\n{"id": oops}]`, `${path}:3: not valid JSON: {"id": oops}`],
      [`${first}\n${second?.slice(0, -9)}`, expect.stringContaining(`${path}:2: not valid JSON`)],
    ] as const) {
      await writeFile(path, content);
      await expect(writeDatasetFile(output, sharegpt({ path }))).rejects.toMatchObject({ code: 'input', message });
      expect(await readdir(folder)).toEqual(['source.json']);
    }
  });
});

const sample = join(
  process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url)),
  'sharegpt_sample.json',
);
const isSampleMissing = !existsSync(sample) && process.env.AIBRIX_REQUIRE_TEST_DATA !== '1';
if (isSampleMissing) {
  process.stderr.write(`skipped: tests on ${sample}, which is missing (see AIBRIX_TEST_DATA)\n`);
}

describe.skipIf(isSampleMissing)('the public sample', () => {
  it('has the conversations, turns and texts that a plain reading of the file finds', async () => {
    const elements = JSON.parse(await readFile(sample, 'utf8')) as {
      id: string;
      conversations: { from: string; value: string }[];
    }[];
    const dataset = sharegpt({ path: sample });
    const sessions = await collect(dataset);
    const turns = sessions.map(({ prompts }) => prompts.length);
    expect([1, 2, 3].map((length) => turns.filter((turn) => turn === length).length)).toEqual([167, 166, 167]);
    expect(dataset.findings?.()).toEqual({ statistics: { elements_read: 500 }, notes: [] });
    const textsOf = (element: (typeof elements)[number], sender: string): string[] =>
      element.conversations.filter(({ from }) => from === sender).map(({ value }) => value);
    expect(sessions).toEqual(
      elements.map((element) => ({
        session_id: element.id,
        prompts: textsOf(element, 'human'),
        completions: textsOf(element, 'gpt'),
      })),
    );
    for (const session of sessions) promptSessionSchema.parse(session);
  });
});
