import { loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { beforeAll, describe, expect, it } from 'vitest';
import { blockNames, createBlockNamer } from './block-names.js';

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

describe('names', () => {
  it('stand for a full block and all before it, however the tokens are cut into pieces', () => {
    const tokens = range(0, 100);
    const whole = blockNames('', [Uint32Array.from(tokens)]);
    expect(whole).toHaveLength(6);
    expect(new Set(whole).size).toBe(6);
    for (const cut of [1, 15, 16, 17, 33, 99]) {
      const pieces = [tokens.slice(0, cut), [], tokens.slice(cut)].map((ids) => Uint32Array.from(ids));
      expect(blockNames('', pieces)).toEqual(whole);
    }
    const changed = blockNames('', [Uint32Array.from(tokens.with(40, 7))]);
    expect([...whole].map((name, block) => name === changed[block])).toEqual([true, true, false, false, false, false]);
  });

  it('are of a realm', () => {
    const tokens = [Uint32Array.from(range(0, 32))];
    const [a, b] = [blockNames('a', tokens), blockNames('b', tokens)];
    expect(new Set([...a, ...b]).size).toBe(4);
    expect(blockNames('a', tokens)).toEqual(a);
  });

  it('differ for a million different blocks', () => {
    const names = blockNames('', [Uint32Array.from({ length: 16_000_000 }, (_, index) => index % 3)]);
    expect(new Set(names).size).toBe(1_000_000);
    expect([...names.subarray(0, 1_000)].every(Number.isSafeInteger)).toBe(true);
  });
});

describe('a turn and its answer', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer('o200k_base');
  });
  const prompt = [Uint32Array.from(range(0, 20))];
  const answer = ' time way day man thing life world school state group hand part place case week point'.split(/(?= )/);

  it('have the names that the next turn will have', () => {
    const nameBlocks = createBlockNamer({ tokenizer, trimsAnswers: false });
    const names = nameBlocks({ model: 'm', cacheSalt: undefined, prompt, answer, isChat: true });
    const next = [...prompt, tokenizer.encode(answer.join('')), tokenizer.encode(' And what then?')];
    const nextNames = nameBlocks({ model: 'm', cacheSalt: undefined, prompt: next, answer: [], isChat: true });
    expect([...names]).toEqual([...nextNames.subarray(0, 2)]);
  });

  it('have those of an answer that comes back without its first space, where the template strips it', () => {
    const nameBlocks = createBlockNamer({ tokenizer, trimsAnswers: true });
    const names = nameBlocks({ model: 'm', cacheSalt: undefined, prompt, answer, isChat: true });
    const next = [...prompt, tokenizer.encode(answer.join('').trim())];
    expect([...names]).toEqual([
      ...nameBlocks({ model: 'm', cacheSalt: undefined, prompt: next, answer: [], isChat: true }),
    ]);
  });

  it('are told apart by model and salt', () => {
    const nameBlocks = createBlockNamer({ tokenizer, trimsAnswers: false });
    const of = (model: string, cacheSalt?: string): string =>
      nameBlocks({ model, cacheSalt, prompt, answer, isChat: true }).join(' ');
    expect(new Set([of('m'), of('n'), of('m', 's'), of('m', 't'), of('n', 's')]).size).toBe(5);
  });
});
