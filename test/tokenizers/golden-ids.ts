import { createHash } from 'node:crypto';

/** What is kept of a list of token ids: the list, or, when it is long, its length and hash. */
export type GoldenIds = number[] | { count: number; sha256: string };

/** The golden ids of one tokenizer. */
export interface Golden {
  /** The package that the tokenizer.json is from, with its version. */
  source: string;
  /** SHA-256 of the tokenizer.json. */
  tokenizer_sha256: string;
  /** SHA-256 of the corpus as JSON, so that goldens of another corpus are noticed. */
  corpus_sha256: string;
  /** Ids of each text in which special tokens are plain text. */
  plain: GoldenIds[];
  /** Ids with special tokens recognised and none added, of the texts where they differ, by position. */
  special: Record<string, GoldenIds>;
}

/** The golden ids of a variant, of which only hashes are kept. */
export interface GoldenVariant {
  corpus_sha256: string;
  /** For each text, the first digits of the hash of its ids: enough to say which text differs. */
  plain: string;
  special: string;
  /** SHA-256 of all ids of both. */
  sha256: string;
}

const LONGEST_LIST = 40;

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** SHA-256 of a corpus; lone surrogates are escaped by JSON, so that they count. */
export const corpusSha256 = (corpus: readonly string[]): string => sha256(JSON.stringify(corpus));

export const goldenIds = (ids: ArrayLike<number>): GoldenIds => {
  const list = Array.from(ids);
  return list.length <= LONGEST_LIST ? list : { count: list.length, sha256: sha256(list.join(' ')) };
};

/** Digits of a hash that are kept of one text. */
const DIGITS = 3;

const digitsOf = (lists: readonly ArrayLike<number>[]): string =>
  lists.map((ids) => sha256(Array.from(ids).join(' ')).slice(0, DIGITS)).join('');

export const goldenVariant = (
  corpus: readonly string[],
  plain: readonly ArrayLike<number>[],
  special: readonly ArrayLike<number>[],
): GoldenVariant => ({
  corpus_sha256: corpusSha256(corpus),
  plain: digitsOf(plain),
  special: digitsOf(special),
  sha256: sha256([...plain, ...special].map((ids) => Array.from(ids).join(' ')).join('\n')),
});

/** Positions of the texts at which two lists of digits differ. */
export const differingTexts = (digits: string, golden: string): number[] =>
  Array.from({ length: golden.length / DIGITS }, (_, index) => index).filter(
    (index) =>
      digits.slice(index * DIGITS, (index + 1) * DIGITS) !== golden.slice(index * DIGITS, (index + 1) * DIGITS),
  );
