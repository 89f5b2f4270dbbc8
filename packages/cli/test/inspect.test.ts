import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DatasetInspection } from '@aibrix/dataset';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, type CliResult, runCli } from './run-cli.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'aibrix-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const aibrix = (words: string, options: Partial<CliOptions> = {}): Promise<CliResult> =>
  runCli(words.split(' '), { cwd, ...options });

const write = (name: string, lines: readonly object[]): Promise<void> =>
  writeFile(join(cwd, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const SHARED =
  'dataset synthetic-shared --tokenizer cl100k_base --prompt-length 200 --prompt-length-std 20 --shared-proportion 0.5 --shared-proportion-std 0.05 --num-samples-per-prefix 10 --num-prefix 4 --quiet -o d.jsonl';

const SESSIONS = [
  { session_id: 1, system: 'Be brief.', prompts: ['Why?', 'How?'], completions: ['Because.', 'So.'] },
  { session_id: 2, system: 'Be brief.', prompts: ['Why?'], output_lengths: [7] },
];

describe('dataset inspect', () => {
  it('tells in lines of at most 80 columns what a generated dataset holds, and that it is whole', async () => {
    await aibrix(SHARED);
    const { code, stdout, stderr } = await aibrix('dataset inspect d.jsonl --quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^File {9}d\.jsonl: 40 plain records, [\d.]+ kB$/m);
    expect(stdout).toMatch(/^Manifest {5}synthetic_shared [\d.]+, seed 0: SHA-256 and counts agree$/m);
    expect(stdout).toMatch(/^Tokenizer {4}cl100k_base \(named in the manifest\)$/m);
    expect(stdout).toMatch(/^Lengths {6}40 stated prompt lengths, all as counted$/m);
    expect(stdout).toMatch(/^Prefix cache 4\d(\.\d)? % of [78],\d{3} prompt tokens at best, in blocks of 16$/m);
    expect(stdout).toMatch(/^Groups {7}4 prefix groups, \d+ to \d+ tokens in common/m);
    expect(stdout).toMatch(/^Duplicates {3}none$/m);
    expect(stdout).toMatch(/^Prompt tokens {5}40 /m);
    expect(stdout).toMatch(/[▁▂▃▄▅▆▇█]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    expect(stdout).not.toMatch(/\u001b/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints the same for machines', async () => {
    await aibrix(SHARED);
    const { code, stdout } = await aibrix('dataset inspect d.jsonl --json --quiet --block-tokens 32');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as DatasetInspection & { tokenizer_choice: string; tokenizer_reason: string };
    const manifest = JSON.parse(await readFile(join(cwd, 'd.jsonl.manifest.json'), 'utf8'));
    expect(found).toMatchObject({
      file: 'd.jsonl',
      records: 40,
      tokenizer_choice: 'manifest',
      tokenizer_reason: 'named in the manifest',
      sha256: manifest.sha256,
      prompt_tokens: { counted: 40, total: manifest.statistics.prompt_tokens.total },
      ideal_prefix_cache: { block_tokens: 32 },
      manifest: { sha256_matches: true, differences: [] },
    });
  });

  it('reads stdin and compressed files, with the default tokenizer', async () => {
    await write('s.jsonl', SESSIONS);
    const text = await readFile(join(cwd, 's.jsonl'));
    await writeFile(join(cwd, 's.jsonl.gz'), gzipSync(text));
    const [piped, compressed] = [
      await aibrix('dataset inspect - --quiet', { input: text }),
      await aibrix('dataset inspect s.jsonl.gz --quiet'),
    ];
    expect([piped.code, compressed.code]).toEqual([0, 0]);
    expect(piped.stdout).toMatch(/^File {9}<stdin>: 2 sessions, /);
    expect(piped.stdout).toContain('o200k_base (the default; there is no manifest to name one)');
    expect(piped.stdout).toMatch(/^System {7}1 different message in 2 of 2 records$/m);
    expect(piped.stdout).toMatch(/^with history {7}3 /m);
    expect(compressed.stdout).toBe(piped.stdout.replace('<stdin>', 's.jsonl.gz'));
  });

  it('says that a manifest is of another file, and what differs', async () => {
    await aibrix(SHARED);
    const text = await readFile(join(cwd, 'd.jsonl'), 'utf8');
    await writeFile(join(cwd, 'd.jsonl'), text.split('\n').slice(3).join('\n'));
    const { code, stdout } = await aibrix('dataset inspect d.jsonl --quiet --no-count');
    expect(code).toBe(0);
    expect(stdout).toContain('is not of this content: its SHA-256 differs');
    expect(stdout).toMatch(/^ {13}records: stated 40, found 37$/m);
    expect(stdout).toContain('Tokenizer    none: lengths as stated');
  });

  it('says that stated lengths are of another tokenizer', async () => {
    await aibrix(SHARED);
    const { stdout } = await aibrix('dataset inspect d.jsonl --quiet --tokenizer o200k_base');
    expect(stdout).toContain('Tokenizer    o200k_base (as asked for)');
    expect(stdout).toMatch(/^Lengths {6}\d+ of 40 stated prompt lengths differ, by up to \d+ tokens?$/m);
    expect(stdout).toMatch(/^ {13}first on line \d+: stated \d+, counted \d+$/m);
    expect(stdout).toMatch(/^ {13}the manifest says that cl100k_base counted them$/m);
  });

  it('draws the lengths as an SVG file', async () => {
    await write('s.jsonl', SESSIONS);
    const { code, stderr } = await aibrix('dataset inspect s.jsonl --tokenizer cl100k_base --chart charts/s.svg');
    expect(code).toBe(0);
    expect(stderr).toContain('chart → charts/s.svg');
    const svg = await readFile(join(cwd, 'charts/s.svg'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg).toContain('Prompt tokens');
    expect(svg).toContain('Output tokens');
  });

  it.each<[string, string, number, RegExp]>([
    ['a missing file', 'none.jsonl', 2, /^error no such file: none\.jsonl\nhint/m],
    ['a file that is no dataset', 'w.jsonl', 1, /^error w\.jsonl:1: a dataset record needs "prompt"/m],
    ['a wrong type', 'wrong.jsonl', 1, /^error wrong\.jsonl:2: prompts\[0\]: .*\(found 5\)/m],
    ['an unknown tokenizer', 's.jsonl --tokenizer o200k_bas', 1, /Did you mean o200k_base\?/],
    ['a missing tokenizer file', 's.jsonl --tokenizer ./t.json', 2, /no such tokenizer file or folder: \.\/t\.json/],
    ['blocks of no tokens', 's.jsonl --block-tokens 0', 2, /blockTokens: must be at least 1 token/],
    ['blocks of half a token', 's.jsonl --block-tokens 0.5', 2, /expected a whole number/],
    ['a tokenizer that shall not count', 's.jsonl --tokenizer o200k_base --no-count', 2, /contradict each other/],
    ['a chart on stdout', 's.jsonl --chart -', 2, /--chart needs the name of a file/],
    ['a chart over the dataset', 's.jsonl --chart s.jsonl', 2, /s\.jsonl is the input itself/],
    ['a chart where none can be', 's.jsonl --chart s.jsonl/x.svg', 1, /s\.jsonl\/x\.svg: cannot be written/],
    ['a chart of no lengths', 'empty.jsonl --no-count --chart c.svg', 1, /empty\.jsonl: there is no length to draw/],
    ['no file', '', 2, /missing required argument 'file'/],
  ])('refuses %s', async (_, words, expectedCode, message) => {
    await write('s.jsonl', SESSIONS);
    await write('w.jsonl', [{ timestamp: 0, requests: [] }]);
    await write('wrong.jsonl', [{ prompt: 'a' }, { session_id: 1, prompts: [5] }]);
    await write('empty.jsonl', []);
    const before = await readFile(join(cwd, 's.jsonl'), 'utf8');
    const { code, stdout, stderr } = await aibrix(`dataset inspect ${words}`.trim());
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: expectedCode, stdout: '' });
    expect(await readFile(join(cwd, 's.jsonl'), 'utf8')).toBe(before);
    expect((await readdir(cwd)).sort()).toEqual(['empty.jsonl', 's.jsonl', 'w.jsonl', 'wrong.jsonl']);
  });

  it('tells what a file of several forms holds, and that a manifest cannot be used', async () => {
    const messages = [{ role: 'user', content: 'Why?' }];
    await write('m.jsonl', [...SESSIONS, { prompt: 'Why?' }, { messages }, { messages, completion: 'So.' }]);
    await writeFile(join(cwd, 'm.jsonl.manifest.json'), '{');
    const { code, stdout } = await aibrix('dataset inspect m.jsonl --quiet --no-count');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^File {9}m\.jsonl: 5 records \(1 plain, 2 sessions, 2 of messages\), /);
    expect(stdout).toMatch(/^Manifest {5}cannot be used\n {13}not valid JSON$/m);
    expect(stdout).toMatch(/^Not known {4}the length of 6 prompts and of 5 answers$/m);
    expect(stdout).toMatch(/^Duplicates {3}4 of 6 prompts \(66\.7 %\) repeat one before$/m);
  });

  it('shows hostile names and texts without control characters', async () => {
    await write('e\u001b[2J.jsonl', [{ prompt: 'a' }]);
    const { code, stdout } = await aibrix('dataset inspect e\u001b[2J.jsonl --quiet');
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/\u001b/);
  });
});
