import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/prompt-source.js';
import { gatherByKey, type KeyedValue } from './gather-by-key.js';

const before = process.env.TMPDIR;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-dataset-'));
  process.env.TMPDIR = folder;
});
afterEach(async () => {
  expect(await readdir(folder), 'temporary files left').toEqual([]);
});
afterAll(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await rm(folder, { recursive: true });
});

const from = async function* <T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
};

const inMemory = <Value>(items: Iterable<KeyedValue<Value>>) => {
  const groups = new Map<string | number, Value[]>();
  for (const { key, value } of items) groups.set(key, [...(groups.get(key) ?? []), value]);
  return Array.from(groups, ([key, values]) => ({ key, values }));
};

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('gatherByKey', () => {
  test('groups as an array in memory would, whatever the keys and values are', async () => {
    const key = fc.oneof(
      fc.nat({ max: 5 }),
      fc.nat({ max: 5 }).map(String),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('__proto__', '', '\ud800', 'a key that is longer than a few characters'),
      fc.double({ noNaN: true }),
    );
    const items = fc.array(fc.record({ key, value: fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' })) }));
    await fc.assert(
      fc.asyncProperty(items, async (given) => {
        expect(await collect(gatherByKey(from(given)))).toStrictEqual(
          inMemory(given).map((group) => ({ key: group.key, values: asJson(group.values) })),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('groups far more than it reads at once: small values, large ones, near and far', async () => {
    const items = Array.from({ length: 30_000 }, (_, index) => ({
      key: index % 3 === 0 ? 'in all parts' : (index * 7919) % 997,
      value: { index, text: 'é'.repeat(index % 500 === 0 ? 100_000 : index % 50) },
    }));
    const gathered = await collect(gatherByKey(from(items)));
    expect(gathered).toStrictEqual(inMemory(items));
    expect(gathered).toHaveLength(998);
  });

  test('tells the number 1 from the text "1"', async () => {
    const items = [1, '1', 1].map((key, value) => ({ key, value }));
    expect(await collect(gatherByKey(from(items)))).toEqual([
      { key: 1, values: [0, 2] },
      { key: '1', values: [1] },
    ]);
  });

  test('gives nothing for nothing', async () => {
    expect(await collect(gatherByKey(from([])))).toEqual([]);
  });

  test('keeps values in a file, and removes it when the consumer stops', async () => {
    const items = Array.from({ length: 5000 }, (_, index) => ({ key: index % 10, value: 'x'.repeat(1000) }));
    for await (const { values } of gatherByKey(from(items))) {
      expect(values).toHaveLength(500);
      expect(await readdir(folder)).toHaveLength(1);
      break;
    }
  });

  test('passes an error of its source on, and removes its file', async () => {
    const failing = async function* (): AsyncGenerator<KeyedValue<number>> {
      yield { key: 1, value: 1 };
      throw new Error('no more');
    };
    await expect(collect(gatherByKey(failing()))).rejects.toThrow('no more');
  });

  test('ends with the signal, while it takes values and while it gives groups', async () => {
    const taking = new AbortController();
    const endless = async function* (): AsyncGenerator<KeyedValue<number>> {
      for (let value = 0; ; value++) {
        if (value === 1000) taking.abort(new Error('stop'));
        yield { key: value, value };
      }
    };
    await expect(collect(gatherByKey(endless(), { signal: taking.signal }))).rejects.toThrow('stop');

    const giving = new AbortController();
    const groups = gatherByKey(from([1, 2].map((key) => ({ key, value: key }))), { signal: giving.signal });
    await groups.next();
    giving.abort(new Error('enough'));
    await expect(groups.next()).rejects.toThrow('enough');
    await expect(collect(gatherByKey(endless(), { signal: AbortSignal.abort(new Error('no')) }))).rejects.toThrow('no');
  });

  test('says so when there is no room for its file', async () => {
    process.env.TMPDIR = join(folder, 'none');
    try {
      await expect(collect(gatherByKey(from([{ key: 1, value: 1 }])))).rejects.toMatchObject({ code: 'output' });
    } finally {
      process.env.TMPDIR = folder;
    }
  });
});
