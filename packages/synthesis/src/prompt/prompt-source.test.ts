import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { createPromptSource } from './prompt-source.js';

/** A tokenizer and another implementation of the same vocabulary, where there is one. */
interface Case {
  tokenizer: Tokenizer;
  independently: (text: string) => readonly number[];
}

const tiny = await loadTokenizer(TINY_BPE_FILE);
const CASES: Record<string, Case> = {
  o200k_base: { tokenizer: await loadTokenizer('o200k_base'), independently: encodeO200k },
  cl100k_base: { tokenizer: await loadTokenizer('cl100k_base'), independently: encodeCl100k },
  // The fixture has one implementation here; exactness is then checked by encoding the whole text.
  'tiny-bpe': { tokenizer: tiny, independently: (text) => [...tiny.encode(text)] },
};

const LENGTHS = 300;
const MAX_TOKENS = 8192;
const logUniform = (random: { next(): number }, maximum: number): number => Math.floor(maximum ** random.next());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.each(Object.entries(CASES))('prompts in %s', (_, { tokenizer, independently }) => {
  const source = createPromptSource(tokenizer, { seed: 7 });

  it('are additive, and say so', () => {
    expect(source.synthesis).toEqual({
      content: 'prose',
      count_mode: 'prompt',
      method: 'additive',
      sampled_prompts: 124,
      wrong_prompts: 0,
      max_error_tokens: 0,
    });
    expect(source.tokenizer).toEqual({ name: tokenizer.name, sha256: tokenizer.sha256 });
  });

  it('have exactly the tokens asked for, and stand alone', () => {
    const random = createRandom(1, 'lengths');
    for (let i = 0; i < LENGTHS; i++) {
      // The shortest ones are the hardest: all of them, then the rest at random.
      const tokens = i < 60 ? i : logUniform(random, MAX_TOKENS);
      const text = source.text(tokens, random);
      expect(independently(text).length, text.slice(-80)).toBe(tokens);
      expect(text.trim()).toBe(text);
      expect(text).not.toMatch(/\s\s/);
    }
  });

  it('stay exact when continued, again and again', () => {
    const random = createRandom(2, 'continuations');
    for (let i = 0; i < 200; i++) {
      let text = '';
      let tokens = 0;
      const add = (count: number, make: (count: number) => string): void => {
        text += make(count);
        tokens += count;
      };
      if (i % 2) add(logUniform(random, 300), (n) => source.text(n, random));
      else add(logUniform(random, 300), (n) => source.block(`${i}`, n, { position: 'start' }));
      add(logUniform(random, 300), (n) => source.continuation(n, random));
      add(logUniform(random, 300), (n) => source.block(`name ${i}`, n));
      add(logUniform(random, 20), (n) => source.block(`${i + 1000}`, n));
      add(logUniform(random, 300), (n) => source.continuation(n, random));
      expect(independently(text).length).toBe(tokens);
    }
  });

  it.each(['start', 'middle'] as const)('made of blocks can be cut at every token, at the %s', (position) => {
    for (const name of ['0', '199999', 'group a', '']) {
      const whole = source.block(name, 300, { position });
      const ids = independently(whole);
      expect(ids).toHaveLength(300);
      for (let tokens = 0; tokens <= 300; tokens++) {
        const cut = source.block(name, tokens, { position });
        expect(whole.startsWith(cut)).toBe(true);
        expect(independently(cut)).toEqual(ids.slice(0, tokens));
      }
    }
  });

  it('have the same block in both positions but for the space', () => {
    expect(source.block('12', 50)).toBe(` ${source.block('12', 50, { position: 'start' })}`);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot have %d tokens', (tokens) => {
    const random = createRandom(1, 'x');
    const usage = expect.objectContaining({ code: 'usage' });
    expect(() => source.text(tokens, random)).toThrow(usage);
    expect(() => source.continuation(tokens, random)).toThrow(usage);
    expect(() => source.block('1', tokens)).toThrow(usage);
  });

  it('are empty when they have no tokens', () => {
    const random = createRandom(1, 'x');
    expect(source.text(0, random) + source.continuation(0, random) + source.block('1', 0)).toBe('');
  });
});

describe.each(['o200k_base', 'cl100k_base'])('blocks in %s', (name) => {
  const { tokenizer, independently } = CASES[name] as Case;
  const NAMES = 200_000;

  it.each(['start', 'middle'] as const)('differ within their first two tokens, at the %s', (position) => {
    const source = createPromptSource(tokenizer, { seed: 3 });
    expect(source.distinctBlockNumbers).toBeGreaterThan(1_500_000);
    const beginnings = new Set<string>();
    for (let i = 0; i < NAMES; i++) beginnings.add(source.block(`${i}`, 2, { position }));
    expect(beginnings.size).toBe(NAMES);

    const ids = new Set<string>();
    for (const beginning of beginnings) ids.add(tokenizer.encode(beginning).join());
    expect(ids.size).toBe(NAMES);
    expect([...ids].every((pair) => /^\d+,\d+$/.test(pair))).toBe(true);
  });

  it('begin with the same two tokens however long they are', () => {
    const source = createPromptSource(tokenizer, { seed: 3 });
    for (let i = 0; i < 500; i++) {
      const block = source.block(`${i * 397}`, 40);
      expect(independently(block).slice(0, 2)).toEqual(independently(source.block(`${i * 397}`, 2)));
    }
  });

  it('are other blocks under another seed', () => {
    const [one, two] = [3, 4].map((seed) => createPromptSource(tokenizer, { seed }));
    expect(one?.block('5', 100)).not.toBe(two?.block('5', 100));
  });
});

describe('prompts that share nothing on purpose', () => {
  it('do not share their first 16 tokens, the block of a prefix cache', () => {
    const { tokenizer } = CASES.o200k_base as Case;
    const source = createPromptSource(tokenizer, { seed: 1 });
    const random = createRandom(1, 'prompts');
    const PROMPTS = 20_000;
    const beginnings = new Set<string>();
    for (let i = 0; i < PROMPTS; i++) beginnings.add(tokenizer.encode(source.text(48, random)).subarray(0, 16).join());
    expect(beginnings.size).toBe(PROMPTS);
  });
});

describe('the same seed', () => {
  it('gives the same bytes', () => {
    const { tokenizer } = CASES.o200k_base as Case;
    const make = (): string => {
      const source = createPromptSource(tokenizer, { seed: 'golden' });
      const random = createRandom('golden', 'prompts');
      return [
        ...[1, 2, 3, 10, 100, 1000].map((tokens) => source.text(tokens, random)),
        ...[1, 50].map((tokens) => source.continuation(tokens, random)),
        ...['0', '1', 'group', '123456789'].map((name) => source.block(name, 512)),
      ].join('\n');
    };
    expect(make()).toBe(make());
    expect(sha256(make())).toMatchInlineSnapshot(`"423f5ab6ffecdf7208c35eb272b3a8d717a947bd0d2ca8dd8d5b0bbe5a6fab15"`);
  });

  it('gives a prompt that reads like one', () => {
    const source = createPromptSource((CASES.o200k_base as Case).tokenizer, { seed: 1 });
    expect(source.text(40, createRandom(1, 'example'))).toMatchInlineSnapshot(
      `"We call our system the neat goal. What would convince a platform team on call that compound interest is worth the effort? Explain the trade-offs of a binary search tree during an outage. What else?"`,
    );
  });
});
