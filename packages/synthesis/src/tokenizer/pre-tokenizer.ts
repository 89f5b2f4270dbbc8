import { isJsonObject, type JsonObject } from './definition-json.js';

/** A part of a definition that the engine has no, or another, understanding of. */
export class UnsupportedPart extends Error {}

/**
 * How GPT-2 cuts text. `ByteLevel` means it by `use_regex`; the engine's own version lets any white space stand for the
 * space before a word, so that a tab would become a part of it.
 */
const GPT2_PATTERN = String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const split = (pattern: JsonObject, behavior: string): JsonObject => ({
  type: 'Split',
  pattern,
  behavior,
  invert: false,
});

const byteLevel = (part: JsonObject): JsonObject[] => {
  const bytes = { ...part, use_regex: false };
  return part.use_regex === false ? [bytes] : [split({ Regex: GPT2_PATTERN }, 'Isolated'), bytes];
};

const metaspace = (part: JsonObject, isAtStart: boolean): JsonObject[] => {
  const replacement = part.replacement ?? '▁';
  const scheme = part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always');
  const space = {
    type: 'Metaspace',
    replacement,
    prepend_scheme: scheme === 'first' && !isAtStart ? 'never' : scheme,
    split: false,
  };
  // The engine would keep runs of spaces together.
  return part.split === false ? [space] : [space, split({ String: replacement }, 'MergedWithNext')];
};

const partsOf = (preTokenizer: unknown): JsonObject[] => {
  if (preTokenizer === null || preTokenizer === undefined) return [];
  if (!isJsonObject(preTokenizer)) throw new UnsupportedPart('a pre_tokenizer that is no object');
  if (preTokenizer.type !== 'Sequence') return [preTokenizer];
  const parts = preTokenizer.pretokenizers;
  if (!Array.isArray(parts)) throw new UnsupportedPart('a Sequence of no pre-tokenizers');
  return parts.flatMap(partsOf);
};

/** Whether a text is cut differently at its start than after an added token. */
export const dependsOnStart = (preTokenizer: unknown): boolean =>
  partsOf(preTokenizer).some(({ type, prepend_scheme }) => type === 'Metaspace' && prepend_scheme === 'first');

/**
 * A pre-tokenizer of a definition, rewritten so that the engine does with it what Hugging Face's library does.
 *
 * @param isAtStart whether it is for text at the start of the whole
 * @throws UnsupportedPart for what was not found to agree
 */
export const rewritePreTokenizer = (preTokenizer: unknown, isAtStart: boolean): JsonObject | null => {
  const parts = partsOf(preTokenizer);
  const rewritten = parts.flatMap((part, index): JsonObject[] => {
    switch (part.type) {
      case 'Split':
      case 'Digits':
      case 'Punctuation':
      case 'Whitespace':
        return [part];
      case 'ByteLevel':
        // Later parts would see the letters that stand for bytes, and each piece would get its own space.
        if (index < parts.length - 1) throw new UnsupportedPart('a pre-tokenizer after ByteLevel');
        if (part.add_prefix_space === true && index > 0)
          throw new UnsupportedPart('add_prefix_space on pieces of a text');
        return byteLevel(part);
      case 'Metaspace':
        if (parts.length > 1) throw new UnsupportedPart('Metaspace beside other pre-tokenizers');
        return metaspace(part, isAtStart);
      default:
        throw new UnsupportedPart(`the pre-tokenizer ${String(part.type)}`);
    }
  });
  return rewritten.length === 0 ? null : { type: 'Sequence', pretokenizers: rewritten };
};
