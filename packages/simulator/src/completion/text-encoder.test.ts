import { loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { beforeAll, describe, expect, it } from 'vitest';
import { countTokens, createTextEncoder, type TextEncoder } from './text-encoder.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer('o200k_base');
});

/** An encoder with a note of what it asked the tokenizer for, once it is made. */
const spied = (
  rememberedTokens?: number,
): { encoder: TextEncoder; encode: (text: string) => number[]; asked: string[] } => {
  const asked: string[] = [];
  const encoder = createTextEncoder({
    encode: (text) => {
      asked.push(text);
      return tokenizer.encode(text);
    },
    rememberedTokens,
  });
  asked.length = 0;
  return { encoder, encode: (text) => encoder.encode(text).flatMap((ids) => [...ids]), asked };
};

const prose = (sentences: number, salt: string): string =>
  Array.from(
    { length: sentences },
    (_, at) => `In year ${salt}${at} the ships (all ${at % 7}) came  home; none sank. `,
  ).join('');

describe('tokens', () => {
  it.each([
    ['prose', () => prose(300, 'x')],
    ['code', () => 'const a = {b: 1};\n\tif (a  ===  b) { return "x y";  }\n'.repeat(200)],
    ['no spaces at all', () => '价格和时间'.repeat(1_000)],
    [
      'mixed scripts and spaces',
      () => 'naïve café — 日本語 text\u00a0and\u3000more  words \u{1F600} here '.repeat(150),
    ],
    ['a run of spaces', () => `a${' '.repeat(3_000)}b`],
    ['nothing', () => ''],
  ])('of %s are those of the text as a whole', (_, textOf) => {
    const text = textOf();
    expect(spied().encode(text)).toEqual([...tokenizer.encode(text)]);
  });

  it('are those of the whole wherever its end falls', () => {
    const { encode } = spied();
    const text = prose(60, 'y');
    for (let end = 2_000; end < 2_200; end++) {
      expect(encode(text.slice(0, end))).toEqual([...tokenizer.encode(text.slice(0, end))]);
    }
  });
});

describe('what is tokenised', () => {
  it('of a text that grew is what is new, and the slice that it continues', () => {
    const { encode, asked } = spied();
    const text = prose(400, 'z');
    encode(text);
    asked.length = 0;
    encode(text);
    expect(asked).toEqual([]);
    encode(text + prose(10, 'more'));
    expect(asked.join('').length).toBeLessThan(2_048 * 2);
  });

  it('is not remembered beyond the limit, the least recently used going first', () => {
    const { encode, asked } = spied(300);
    const [a, b, c] = ['a', 'b', 'c'].map((salt) => prose(6, salt)) as [string, string, string];
    for (const text of [a, b, a, c]) encode(text);
    asked.length = 0;
    encode(a);
    expect(asked).toEqual([]);
    encode(b);
    expect(asked).toEqual([b]);
  });
});

describe('in turns', () => {
  it('a long text is tokenised with pauses, and once more without', async () => {
    const { encoder, encode } = spied();
    const text = prose(400, 'w');
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses++;
    };
    expect((await encoder.encodeInTurns(text, pause)).flatMap((ids) => [...ids])).toEqual(encode(text));
    expect(pauses).toBe(Math.floor(encoder.encode(text).length / 4));
    await encoder.encodeInTurns(text, pause);
    expect(pauses).toBe(Math.floor(encoder.encode(text).length / 4));
  });

  it('a short one is tokenised at once', async () => {
    const pause = (): Promise<void> => Promise.reject(new Error('paused'));
    expect(countTokens(await spied().encoder.encodeInTurns(prose(20, 'v'), pause))).toBeGreaterThan(200);
  });
});

it('never cuts where that would change the tokens', () => {
  // As if tokens could reach over a space.
  const pairs = (text: string): Uint32Array => Uint32Array.from(text.match(/.{1,2}/gsu) ?? [], (pair) => pair.length);
  const { encode } = createTextEncoder({ encode: pairs });
  const text = 'abc de '.repeat(2_000);
  expect(encode(text)).toHaveLength(1);
  expect(countTokens(encode(text))).toBe(7_000);
});
