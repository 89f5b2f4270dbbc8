import { hash } from 'node:crypto';

/** Token ids of a text, in pieces that follow one another. */
export type TextTokens = readonly Uint32Array[];

/** Lets other things be done, and comes back. */
export type Pause = () => Promise<void>;

export interface TextEncoder {
  encode(text: string): TextTokens;
  /** The same, with a pause after every millisecond or so of work that a long text takes: other requests are served. */
  encodeInTurns(text: string, pause: Pause): Promise<TextTokens>;
}

export interface TextEncoderOptions {
  /** Token ids of a text, as the tokenizer has them. */
  encode: (text: string) => Uint32Array;
  /** Tokens of texts that are remembered; the least recently used go first. Default 4 million, which take 16 MB. */
  rememberedTokens?: number | undefined;
}

const REMEMBERED_TOKENS = 4_000_000;
/** Long enough for cutting and remembering to cost little beside encoding; short enough for a text that grew to share much. */
const SLICE_CHARACTERS = 2_048;

/** Slices encoded without a pause: about a millisecond. */
const SLICES_A_TURN = 4;

const SPACE = 0x20;
const isAsciiLetter = (code: number): boolean => {
  const lower = code | SPACE;
  return lower >= 0x61 && lower <= 0x7a;
};

/** The first place from `from` on where a single space stands between two ASCII letters; the end where there is none. */
const nextCut = (text: string, from: number): number => {
  for (let at = text.indexOf(' ', from); at > 0; at = text.indexOf(' ', at + 1)) {
    if (isAsciiLetter(text.charCodeAt(at - 1)) && isAsciiLetter(text.charCodeAt(at + 1))) return at;
  }
  return text.length;
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const COMMON =
  'it is one of the first in the world and has been on the way to be a part of what you can do as well as I do';

const isSame = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && a.every((id, index) => b[index] === id);

/**
 * Whether text may be cut before a space between two letters: the tokens of the parts are those of the whole. So it is where
 * words are told apart before they are tokenised, as GPT's, Llama 3's, Qwen's and DeepSeek's tokenizers do. Tried on every
 * pair of letters and on words that often stand together.
 */
const mayBeCut = (encode: TextEncoderOptions['encode']): boolean => {
  const texts = [...LETTERS].map((letter) => [...LETTERS].map((other) => `re${letter} ${other}in`).join(' '));
  return [...texts, COMMON].every((text) => {
    const words = text.split(' ').map((word, index) => encode(index === 0 ? word : ` ${word}`));
    const joined = Uint32Array.from(words.flatMap((ids) => [...ids]));
    return isSame(encode(text), joined);
  });
};

/**
 * Tokenises texts that come again, whole or with more after them, at the cost of what is new in them: a long text is cut
 * into slices of some 2,000 characters, always at the same places from its start on, and the tokens of each slice are
 * remembered. Tokens are those of the text as a whole; a tokenizer for which the cuts would change them gets every text
 * uncut.
 */
export const createTextEncoder = ({ encode, rememberedTokens }: TextEncoderOptions): TextEncoder => {
  const limit = rememberedTokens ?? REMEMBERED_TOKENS;
  const isCuttable = mayBeCut(encode);
  // In the order of use.
  const remembered = new Map<string, Uint32Array>();
  let tokens = 0;
  /** Slices that had to be encoded. */
  let encodings = 0;

  const forgetOldest = (): void => {
    for (const [key, { length }] of remembered) {
      remembered.delete(key);
      tokens -= length;
      if (tokens <= limit) return;
    }
  };

  const encodeSlice = (slice: string): Uint32Array => {
    // Not the slice itself: it would keep the whole text in memory that it was cut from.
    const key = hash('sha1', slice, 'base64');
    const known = remembered.get(key);
    if (known) {
      remembered.delete(key);
      remembered.set(key, known);
      return known;
    }
    const ids = encode(slice);
    encodings++;
    remembered.set(key, ids);
    tokens += ids.length;
    if (tokens > limit) forgetOldest();
    return ids;
  };

  const slicesOf = function* (text: string): Generator<string> {
    let start = 0;
    while (start < text.length) {
      const isLast = !isCuttable || text.length - start <= SLICE_CHARACTERS;
      const end = isLast ? text.length : nextCut(text, start + SLICE_CHARACTERS);
      yield text.slice(start, end);
      start = end;
    }
  };

  return {
    encode: (text) => Array.from(slicesOf(text), encodeSlice),
    async encodeInTurns(text, pause) {
      const pieces: Uint32Array[] = [];
      let unpaused = 0;
      for (const slice of slicesOf(text)) {
        const before = encodings;
        pieces.push(encodeSlice(slice));
        unpaused += encodings - before;
        if (unpaused < SLICES_A_TURN) continue;
        unpaused = 0;
        await pause();
      }
      return pieces;
    },
  };
};

/** How many tokens those are. */
export const countTokens = (tokens: TextTokens): number => tokens.reduce((sum, { length }) => sum + length, 0);
