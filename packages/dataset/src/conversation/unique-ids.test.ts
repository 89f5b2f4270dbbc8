import { describe, expect, it } from 'vitest';
import { createUniqueIds } from './unique-ids.js';

const takeAll = (ids: (string | number)[]): (string | number)[] => {
  const unique = createUniqueIds();
  return ids.map((id) => unique.take(id));
};

describe('createUniqueIds', () => {
  it('gives an id itself the first time, and numbers it later', () => {
    const unique = createUniqueIds();
    expect(['a', 'b', 'a', 'a', 7, 7].map((id) => unique.take(id))).toEqual(['a', 'b', 'a~2', 'a~3', 7, '7~2']);
    expect(unique.renamed()).toBe(3);
  });

  it('takes ids that read the same for the same', () => {
    expect(takeAll([1, '1', '', ''])).toEqual([1, '1~2', '', '~2']);
  });

  it('never gives a name that the source uses too', () => {
    expect(takeAll(['a', 'a~2', 'a', 'a~2', 'a'])).toEqual(['a', 'a~2', 'a~3', 'a~2~2', 'a~4']);
    expect(takeAll(['a', 'a', 'a~2'])).toEqual(['a', 'a~2', 'a~2~2']);
  });

  it('numbers an id that is there 50,000 times without a gap, and soon', () => {
    const names = takeAll(Array.from({ length: 50_000 }, () => 'same'));
    expect(names).toEqual(['same', ...Array.from({ length: 49_999 }, (_, index) => `same~${index + 2}`)]);
  });

  it.each([
    ['counted', (index: number) => `conversation_${index}`],
    ['numbers', (index: number) => index],
    ['spread over the end', (index: number) => `${'x'.repeat(40)}${index.toString(36)}_0`],
    [
      'that differ in two characters',
      (index: number) => String.fromCharCode(0x100 + (index >> 8), 0x100 + (index & 255)),
    ],
  ])('renames none of 400,000 ids that are all different: %s', (_, idOf) => {
    const unique = createUniqueIds();
    for (let index = 0; index < 400_000; index++) unique.take(idOf(index));
    expect(unique.renamed()).toBe(0);
  });

  it('keeps about 16 bytes an id, however long it is', () => {
    const unique = createUniqueIds();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 700_000; index++) unique.take(`${'long'.repeat(20)}${index}`);
    const bytesPerId = (process.memoryUsage().arrayBuffers - before) / 700_000;
    // The last table, and at most those before it that are not collected yet: twice that.
    expect(bytesPerId).toBeLessThan(26);
  });
});
