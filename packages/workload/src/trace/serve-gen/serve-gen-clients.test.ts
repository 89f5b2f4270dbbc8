import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../../test/collect.js';
import type { TraceRow } from '../trace-reader.js';
import type { ServeGenOptions } from './options.js';
import { serveGenClients } from './serve-gen-clients.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'aibrix-serve-gen-'));
});
afterAll(() => rm(root, { recursive: true }));

const lengths = (input: string, output: string, more: object = {}): object => ({
  input_tokens: input,
  output_tokens: output,
  ...more,
});

/** Writes clients into a folder of their own: rows of windows, and stretches of lengths. */
const clientsIn = async (
  name: string,
  clients: Record<string, [windows: string, lengths: unknown]>,
): Promise<string> => {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  for (const [client, [windows, stretches]] of Object.entries(clients)) {
    await writeFile(join(folder, `${client}-trace.csv`), windows);
    const text = typeof stretches === 'string' ? stretches : JSON.stringify(stretches, null, 2);
    await writeFile(join(folder, `${client}-dataset.json`), text);
  }
  return folder;
};

const STEADY = '0,2,1.0,Gamma,1.0,0.5\n600,4,1.5,Weibull,0.7,0.2\n1200,0,0,,0,0\n';
const BURSTY = '0,0,0,,0,0\r\n600,1,3.0,Gamma,0.1,9.0\r\n1200,8,0.5,Weibull,2.1,0.14\r\n';
const two = () =>
  clientsIn('two', {
    'chunk-2': [STEADY, { 0: lengths('{100: 0.5, 200: 0.5}', '{10: 1.0}'), 600: lengths('{300: 1}', '{30: 1}') }],
    'chunk-10': [BURSTY, { 0: lengths('{}', '{}'), 900: lengths('{7: 1}', '{0: 1}', { reason_ratio: '{0.5: 1.0}' }) }],
    'chunk-11': ['0,0,0,,0,0\n600,0,0,,0,0\n1200,0,0,,0,0\n', {}],
  });
const rowsOf = async (options: ServeGenOptions): Promise<TraceRow[]> => collect(serveGenClients(options));
const of = (rows: readonly TraceRow[], client: string) => rows.filter(({ tags }) => tags?.client === client);
const between = (rows: readonly TraceRow[], fromSeconds: number, toSeconds: number) =>
  rows.filter(({ timeMs }) => timeMs >= fromSeconds * 1000 && timeMs < toSeconds * 1000);

describe('serveGenClients', () => {
  test('draws each client at the rates of its windows, merged in order of time', async () => {
    const rows = await rowsOf({ folder: await two() });
    expect(rows.map(({ timeMs }) => timeMs)).toEqual(rows.map(({ timeMs }) => timeMs).sort((a, b) => a - b));
    const steady = of(rows, 'chunk-2');
    const bursty = of(rows, 'chunk-10');
    expect(rows).toHaveLength(steady.length + bursty.length);
    // A count of n has a standard deviation of cv·√n: 35, 73 and 35. Four of them.
    expect(Math.abs(between(steady, 0, 600).length - 1200)).toBeLessThan(140);
    expect(Math.abs(between(steady, 600, 1200).length - 2400)).toBeLessThan(294);
    expect(Math.abs(between(bursty, 1200, 1800).length - 4800)).toBeLessThan(140);
    expect(between(steady, 1200, 1800)).toEqual([]);
    expect(Math.max(...rows.map(({ timeMs }) => timeMs))).toBeLessThan(1_800_000);
  });

  test('draws lengths of the stretch that a request falls into, and says what it passes over', async () => {
    const reader = serveGenClients({ folder: await two() });
    const rows = await collect(reader);
    const steady = of(rows, 'chunk-2');
    expect(new Set(between(steady, 0, 600).map(({ inputTokens }) => inputTokens))).toEqual(new Set([100, 200]));
    expect(new Set(between(steady, 600, 1200).map(({ inputTokens }) => inputTokens))).toEqual(new Set([300]));
    expect(of(rows, 'chunk-10')[0]).toMatchObject({ inputTokens: 7, outputTokens: 0 });
    expect(reader.notes?.()).toEqual([
      'clients that ask in the span: 2',
      'clients that are idle all the time: 1',
      expect.stringMatching(/^requests without a distribution of lengths, left out: [1-9]\d*$/),
      'fields passed over: reason_ratio',
    ]);
  });

  test('draws an empty stretch as the one before it, and leaves out requests before any', async () => {
    const second = '1,0,Gamma,1,1';
    const folder = await clientsIn('empty-stretches', {
      'chunk-1': [
        `0,${second}\n600,${second}\n1200,${second}\n`,
        { 0: lengths('{}', '{}'), 600: lengths('{5: 1}', '{6: 1}'), 1200: lengths('{9: 1}', '{}') },
      ],
    });
    const reader = serveGenClients({ folder });
    const rows = await collect(reader);
    expect(rows).toHaveLength(1200);
    expect(rows.every(({ inputTokens, outputTokens }) => inputTokens === 5 && outputTokens === 6)).toBe(true);
    expect(reader.notes?.()).toContain('requests without a distribution of lengths, left out: 600');
  });

  test('gives the same for a seed, each time it is read, and a client alone the same as among others', async () => {
    const folder = await two();
    const reader = serveGenClients({ folder, seed: 5 });
    const rows = await collect(reader);
    expect(await collect(reader)).toEqual(rows);
    expect(await rowsOf({ folder, seed: 6 })).not.toEqual(rows);
    const alone = await rowsOf({ paths: [join(folder, 'chunk-2-trace.csv')], seed: 5 });
    expect(alone).toEqual(of(rows, 'chunk-2'));
  });

  test('scales all rates by one factor to the mean that is wanted', async () => {
    const folder = await two();
    // Over 1,800 s there are 2·600 + 4·600 + 1·600 + 8·600 = 9,000 requests: 5 a second.
    const reader = serveGenClients({ folder, rate: 10 });
    const rows = await collect(reader);
    expect(reader.notes?.()).toContain('rates multiplied by 2 for the mean rate asked for');
    expect(Math.abs(between(of(rows, 'chunk-2'), 0, 600).length - 2400)).toBeLessThan(4 * Math.sqrt(2400));
  });

  test('draws a span, whose start is time 0', async () => {
    const rows = await rowsOf({ folder: await two(), fromMs: 1_500_000, durationMs: 100_000 });
    expect(Math.abs(rows.length - 800)).toBeLessThan(4 * 0.5 * Math.sqrt(800));
    expect(new Set(rows.map(({ tags }) => tags?.client))).toEqual(new Set(['chunk-10']));
    expect(rows.every(({ timeMs }) => timeMs >= 0 && timeMs < 100_000)).toBe(true);
    expect(await rowsOf({ folder: await two(), fromMs: 1_800_000 })).toEqual([]);
  });

  test('notes a span that is longer than the files, and no other', async () => {
    const folder = await two();
    const long = serveGenClients({ folder, fromMs: 1_500_000, durationMs: 500_000 });
    await collect(long);
    expect(long.notes?.()[0]).toBe('the trace ends at 300000 ms, before the duration of 500000 ms');
    for (const durationMs of [300_000, null]) {
      const reader = serveGenClients({ folder, fromMs: 1_500_000, durationMs });
      await collect(reader);
      expect(reader.notes?.().join()).not.toContain('the trace ends');
    }
  });

  test('states the files that it read, by their content', async () => {
    const folder = await two();
    const reader = serveGenClients({ folder });
    expect(reader.identity?.()).toEqual({ files: [] });
    await collect(reader);
    const read = [
      'chunk-2-trace.csv',
      'chunk-10-trace.csv',
      'chunk-11-trace.csv',
      'chunk-2-dataset.json',
      'chunk-10-dataset.json',
    ];
    const files = await Promise.all(
      read.map(async (name) => ({
        name,
        sha256: createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      })),
    );
    // The lengths of a client that is idle are not read.
    expect(reader.identity?.()).toEqual({ files });
  });

  test('draws lengths that go together, when asked', async () => {
    const folder = await clientsIn('joint', {
      'chunk-1': ['0,10,1,Gamma,1,0.1\n', { 0: lengths('{1: 0.5, 2: 0.5}', '{1: 0.5, 2: 0.5}') }],
    });
    const together = await rowsOf({ folder, copulaCorrelation: 1 });
    expect(together.every(({ inputTokens, outputTokens }) => inputTokens === outputTokens)).toBe(true);
    const apart = await rowsOf({ folder });
    const equal = apart.filter(({ inputTokens, outputTokens }) => inputTokens === outputTokens).length;
    // About 6,000 draws of 1/2: standard error 0.0065.
    expect(Math.abs(equal / apart.length - 0.5)).toBeLessThan(0.026);
  });

  test('gives two clients of one name draws of their own', async () => {
    const files = { 'chunk-1': ['0,1,1,Gamma,1,1\n', { 0: lengths('{1: 1}', '{1: 1}') }] as [string, unknown] };
    const folders = [await clientsIn('one', files), await clientsIn('other', files)];
    const rows = await rowsOf({ paths: folders.map((folder) => join(folder, 'chunk-1-trace.csv')) });
    expect(new Set(rows.map(({ timeMs }) => timeMs)).size).toBe(rows.length);
    expect(new Set(rows.map(({ tags }) => tags?.client))).toEqual(new Set(['chunk-1', 'chunk-1#2']));
  });

  const WINDOWS = '0,1,1,Gamma,1,1\n';
  const GOOD = { 0: lengths('{1: 1}', '{1: 1}') };
  test.for([
    ['trace', `${WINDOWS}600,1,1,Pareto,1,1\n`, GOOD, ':2: the pattern is "Pareto"'],
    ['trace', `${WINDOWS}600,-1,1,Gamma,1,1\n`, GOOD, ':2: the rate is "-1"'],
    ['trace', `${WINDOWS}600,1,nan,Gamma,1,1\n`, GOOD, ':2: the CV is "nan"'],
    ['trace', `${WINDOWS}600,1,1\n`, GOOD, ':2: the row has 3 fields, not 6'],
    ['trace', `${WINDOWS}0,1,1,Gamma,1,1\n`, GOOD, ':2: the start 0 is not after 0'],
    ['trace', '', GOOD, ': the file is empty'],
    ['dataset', WINDOWS, '{"0": ', ':1: not a whole JSON object of objects'],
    ['dataset', WINDOWS, { a: lengths('{1: 1}', '{1: 1}') }, ':2: a key is "a"'],
    ['dataset', WINDOWS, { 0: { input_tokens: '{1: 1}' } }, ':2: output_tokens is missing'],
    [
      'dataset',
      WINDOWS,
      { 0: lengths('{1: 1', '{1: 1}') },
      ':2: input_tokens, character 6: , or } is needed, found the end',
    ],
    ['dataset', WINDOWS, { 0: lengths('{1: 1}', '{1: 0.5}') }, ':2: output_tokens: the probabilities are 0.5 in sum'],
  ] as const)('refuses a file %s that cannot be used: %j %j', async ([file, windows, stretches, message]) => {
    const folder = await clientsIn('bad', { 'chunk-1': [windows, stretches] });
    const name = join(folder, `chunk-1-${file === 'trace' ? 'trace.csv' : 'dataset.json'}`);
    await expect(rowsOf({ folder })).rejects.toMatchObject({ code: 'input', message: `${name}${message}` });
  });

  test('says what is missing', async () => {
    await expect(rowsOf({ folder: join(root, 'nowhere') })).rejects.toMatchObject({ code: 'file-not-found' });
    const empty = await clientsIn('empty', {});
    await expect(rowsOf({ folder: empty })).rejects.toThrow('holds no files that end in -trace.csv');
    await writeFile(join(empty, 'chunk-1-trace.csv'), WINDOWS);
    await expect(rowsOf({ folder: empty })).rejects.toMatchObject({
      code: 'file-not-found',
      message: `no such file: ${join(empty, 'chunk-1-dataset.json')}`,
    });
    await expect(rowsOf({ paths: ['chunk-1.csv'] })).rejects.toMatchObject({ code: 'usage' });
  });

  test('ends with its signal', async () => {
    const reader = serveGenClients({ folder: await two(), signal: AbortSignal.abort(new Error('enough')) });
    await expect(collect(reader)).rejects.toThrow('enough');
  });

  test('names every problem of its options', () => {
    expect(() => serveGenClients({})).toThrow('folder: give either a folder or paths');
    expect(() => serveGenClients({ folder: 'a', paths: ['b'] })).toThrow('folder: give either a folder or paths');
    expect(() => serveGenClients({ folder: 'a', rate: 0, copulaCorrelation: 2 })).toThrow(
      'serve_gen: rate: must be above 0; copulaCorrelation: must be at most 1',
    );
  });
});
