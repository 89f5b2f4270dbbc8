import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { DatasetRecord } from '@aibrix/schema';
import { SCHEMA_VERSION } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, test } from 'vitest';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool, type PromptPool } from './prompt-pool.js';

const folder = temporaryFolder();

const PLAIN = [
  { prompt: 'Grüße, {braces} and "quotes"', token_count: 9 },
  { prompt: '第二', token_count: 2, completion: 'yes', completion_tokens: 1 },
  { prompt: 'third', token_count: 1, completion_tokens: 5 },
];
const SESSIONS = [
  {
    session_id: 'a',
    prompts: ['a0', 'a1'],
    prompt_lengths: [2, 3],
    output_lengths: [7, 8],
    completions: ['x', 'y'],
  },
  { session_id: 5, prompts: ['b0'], prompt_lengths: [4] },
  { session_id: 'c', prompts: ['c0', 'c1', 'c2'], prompt_lengths: [5, 6, 7] },
];

const texts = async (pool: PromptPool): Promise<string[]> => {
  const read = Array.from({ length: pool.prompts }, (_, prompt) => pool.read(prompt));
  return (await Promise.all(read)).map(({ text }) => text);
};
const spilledFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('aibrix-prompts-'));

describe('openPromptPool', () => {
  const forms: Record<string, () => Promise<string | AsyncIterable<DatasetRecord>>> = {
    'a JSONL file': () => folder.write('plain.jsonl', jsonl(PLAIN)),
    'a JSONL file with CRLF, empty lines and no last newline': () =>
      folder.write('crlf.jsonl', jsonl(PLAIN).replaceAll('\n', '\r\n\r\n').trimEnd()),
    'a JSON array over several lines': () => folder.write('plain.json', JSON.stringify(PLAIN, undefined, 2)),
    'a compressed file': async () => {
      await writeFile(folder.path('plain.jsonl.gz'), gzipSync(jsonl(PLAIN)));
      return folder.path('plain.jsonl.gz');
    },
    'a stream of records': async () =>
      (async function* () {
        yield* PLAIN;
      })(),
  };

  test.for(Object.keys(forms))('reads lengths and texts of %s', async (form) => {
    const source = await forms[form]?.();
    const pool = await openPromptPool(source ?? '');
    expect(pool).toMatchObject({ hasSessions: false, prompts: 3, sessions: 0, notes: [], tokenizer: undefined });
    expect([0, 1, 2].map(pool.promptTokens)).toEqual([9, 2, 1]);
    expect([0, 1, 2].map(pool.outputTokens)).toEqual([null, 1, 5]);
    expect(await texts(pool)).toEqual(PLAIN.map(({ prompt }) => prompt));
    expect(await pool.read(1)).toEqual({ text: '第二', completion: 'yes', sessionId: undefined });
    await pool.close();
  });

  test('takes the tokenizer from the manifest beside a dataset, if it is of this content', async () => {
    const text = jsonl(PLAIN);
    const path = await folder.write('made.jsonl', text);
    const manifest = (sha256: string): string =>
      JSON.stringify({
        schema_version: SCHEMA_VERSION,
        kind: 'dataset',
        generator: 'test',
        generator_version: '0',
        options: {},
        seed: 0,
        tokenizer: { name: 'o200k_base', sha256: 'abc' },
        sha256,
        records: 3,
        bytes: 1,
        statistics: {},
        notes: [],
      });
    await folder.write('made.jsonl.manifest.json', manifest(createHash('sha256').update(text).digest('hex')));
    const made = await openPromptPool(path);
    expect(made.tokenizer).toEqual({ name: 'o200k_base', sha256: 'abc' });
    await made.close();
    await folder.write('made.jsonl.manifest.json', manifest('of another content'));
    const changed = await openPromptPool(path);
    expect(changed.tokenizer).toBeUndefined();
    await changed.close();
  });

  test('refuses a session id that is there twice, as a number or as text', async () => {
    const session = (session_id: number | string) => ({ session_id, prompts: ['a'], prompt_lengths: [1] });
    const path = await folder.write('twice.jsonl', jsonl([session(1), session('x'), session('1')]));
    await expect(openPromptPool(path)).rejects.toMatchObject({
      code: 'input',
      message: `${path}:3: session_id "1" is there twice`,
    });
  });

  test('reads a pipe, which can be read only once', async () => {
    const path = folder.path('pipe');
    execFileSync('mkfifo', [path]);
    const [pool] = await Promise.all([openPromptPool(path), writeFile(path, jsonl(PLAIN))]);
    expect(await texts(pool)).toEqual(PLAIN.map(({ prompt }) => prompt));
    await pool.close();
  });

  test('loads a tokenizer only where a length is missing', async () => {
    let loads = 0;
    const tokenizer = () => {
      loads++;
      return loadTokenizer('o200k_base');
    };
    await (await openPromptPool(await folder.write('stated.jsonl', jsonl(SESSIONS)), { tokenizer })).close();
    expect(loads).toBe(0);
    const pool = await openPromptPool(await folder.write('unstated.jsonl', jsonl([{ prompt: 'a' }, { prompt: 'b' }])), {
      tokenizer,
    });
    expect([loads, pool.tokenizer?.name]).toEqual([1, 'o200k_base']);
    await pool.close();
  });

  test('numbers the prompts of sessions one after another', async () => {
    const pool = await openPromptPool(await folder.write('sessions.jsonl', jsonl(SESSIONS)));
    expect(pool).toMatchObject({ hasSessions: true, prompts: 6, sessions: 3 });
    expect([0, 1, 2, 3].map(pool.firstPromptOf)).toEqual([0, 2, 3, 6]);
    expect([0, 1, 2, 3, 4, 5].map(pool.promptTokens)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await texts(pool)).toEqual(['a0', 'a1', 'b0', 'c0', 'c1', 'c2']);
    expect(await pool.read(1)).toEqual({ text: 'a1', completion: 'y', sessionId: 'a' });
    expect(await pool.read(2)).toEqual({ text: 'b0', completion: null, sessionId: 5 });
    await pool.close();
  });

  test('counts lengths that the dataset does not state, and says so', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const path = await folder.write('uncounted.jsonl', jsonl([{ prompt: 'one two', completion: 'a b c' }]));
    const pool = await openPromptPool(path, { tokenizer });
    expect([pool.promptTokens(0), pool.outputTokens(0)]).toEqual([2, 3]);
    expect(pool.tokenizer).toEqual({ name: 'o200k_base', sha256: tokenizer.sha256 });
    expect(pool.notes).toEqual(['lengths that the dataset does not state, counted with o200k_base: 2']);
    await pool.close();
    await expect(openPromptPool(path)).rejects.toMatchObject({
      code: 'input',
      message: `${path}:1: a prompt or completion has no length`,
    });
  });

  test('knows the system message of a session, and how many sessions have one', async () => {
    const path = await folder.write(
      'system.jsonl',
      jsonl([{ ...SESSIONS[0], system: 'Be brief.' }, { ...SESSIONS[1] }]),
    );
    const pool = await openPromptPool(path);
    expect(pool.systemMessages).toBe(1);
    expect(await pool.read(0)).toMatchObject({ text: 'a0', system: 'Be brief.' });
    expect((await pool.read(2)).system).toBeUndefined();
    await pool.close();
  });

  test('keeps conversations in the OpenAI form whole, and counts their text', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } };
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
    ];
    const path = await folder.write('messages.jsonl', jsonl([{ messages, completion: 'A dot.' }]));
    const tokenizer = await loadTokenizer('o200k_base');
    const pool = await openPromptPool(path, { tokenizer });
    expect(pool).toMatchObject({ hasSessions: false, prompts: 1 });
    expect(pool.promptTokens(0)).toBe(tokenizer.count('Be brief.') + tokenizer.count('What is this?'));
    expect(await pool.read(0)).toEqual({ text: '', messages, completion: 'A dot.', sessionId: undefined });
    await pool.close();
  });

  test('removes its temporary file when it is closed, and when it fails', async () => {
    const before = await spilledFolders();
    const records = async function* (): AsyncGenerator<DatasetRecord> {
      yield* PLAIN;
    };
    const pool = await openPromptPool(records());
    expect((await spilledFolders()).length).toBe(before.length + 1);
    await pool.close();
    await expect(openPromptPool((async function* () {})())).rejects.toThrow('the dataset is empty');
    const failing = (async function* (): AsyncGenerator<DatasetRecord> {
      yield { prompt: 'x' };
      throw new Error('broken pipe');
    })();
    await expect(openPromptPool(failing)).rejects.toThrow('broken pipe');
    expect(await spilledFolders()).toEqual(before);
  });

  test('refuses what it cannot use, with the place', async () => {
    const empty = await folder.write('empty.jsonl', '\n');
    await expect(openPromptPool(empty)).rejects.toMatchObject({
      code: 'input',
      message: `${empty}: the dataset is empty`,
    });
    const malformed = await folder.write('malformed.jsonl', '{"prompt":"x","token_count":1}\n{"prompt":\n');
    await expect(openPromptPool(malformed)).rejects.toMatchObject({ code: 'input', location: { line: 2 } });
    const mixed = await folder.write('mixed.jsonl', jsonl([PLAIN[0] ?? {}, SESSIONS[0] ?? {}]));
    await expect(openPromptPool(mixed)).rejects.toThrow(`${mixed}:2: sessions and plain prompts stand in one dataset`);
    await expect(openPromptPool(folder.path('missing.jsonl'))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  test('notices a file that was changed under it', async () => {
    const path = await folder.write('changing.jsonl', jsonl(PLAIN));
    const pool = await openPromptPool(path);
    await writeFile(path, 'x');
    await expect(pool.read(2)).rejects.toMatchObject({ code: 'input', location: { file: path } });
    await pool.close();
  });
});
