import { isJsonObject, type JsonObject, unusable } from './definition-json.js';
import { UnsupportedPart } from './pre-tokenizer.js';
import { type Merges, unreachableTokens } from './reachable-tokens.js';

/** The model of a definition, of the one kind that is supported. */
export interface BpeModel extends JsonObject {
  /** Ids by token. */
  vocab: Record<string, number>;
  merges: unknown[];
  unk_token?: string | null;
  byte_fallback?: boolean;
  ignore_merges?: boolean;
}

/** A model with what was found out about it. */
export interface CheckedModel {
  model: BpeModel;
  /** The merges of `model`, at the same places. */
  merges: Merges;
  /** Tokens of the vocabulary that the merges do not make. */
  unreachable: string[];
}

/** The largest id that fits the lists of ids. */
const MAX_ID = 2 ** 31 - 1;

const DOWNLOAD_AGAIN = 'Download the file again, from the repository of the model.';

const readVocabulary = (file: string, vocab: unknown): Map<string, number> => {
  const ids = new Map(isJsonObject(vocab) ? Object.entries(vocab) : []);
  for (const id of ids.values()) {
    if (Number.isInteger(id) && (id as number) >= 0 && (id as number) <= MAX_ID) continue;
    throw unusable(file, 'its vocabulary is not a list of tokens with ids', DOWNLOAD_AGAIN);
  }
  if (ids.size > 0) return ids as Map<string, number>;
  throw unusable(file, 'its vocabulary is empty, or no list of tokens with ids', DOWNLOAD_AGAIN);
};

/** The two halves of a merge: written as a list, or, in older files, as a text with a space between. */
const halvesOf = (merge: unknown): readonly unknown[] => {
  if (typeof merge === 'string') return merge.split(' ');
  return Array.isArray(merge) ? merge : [];
};

const readMerges = (file: string, ids: ReadonlyMap<string, number>, list: readonly unknown[]): Merges => {
  const merges = {
    lefts: new Int32Array(list.length),
    rights: new Int32Array(list.length),
    merged: new Int32Array(list.length),
  };
  for (let index = 0; index < list.length; index++) {
    const halves = halvesOf(list[index]);
    const [left, right] = halves;
    if (halves.length !== 2 || typeof left !== 'string' || typeof right !== 'string') {
      throw unusable(file, `model.merges[${index}] is not a pair of tokens`, DOWNLOAD_AGAIN);
    }
    const found = [left, right, left + right].map((token) => ids.get(token));
    const missing = found.indexOf(undefined);
    if (missing !== -1) {
      const shown = JSON.stringify([left, right, left + right][missing]);
      throw unusable(file, `model.merges[${index}] needs ${shown}, which is not in the vocabulary`, DOWNLOAD_AGAIN);
    }
    [merges.lefts[index], merges.rights[index], merges.merged[index]] = found as [number, number, number];
  }
  return merges;
};

/** `<0x00>` to `<0xFF>`, which stand for bytes. */
const BYTE_TOKENS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

/** Bytes that no UTF-8 has. */
const isNeverWritten = (byte: number): boolean => byte === 0xc0 || byte === 0xc1 || byte > 0xf4;

const ASCII_BYTES = 0x80;

/** Every character must have a token, or tokens for its bytes: Gemma, for one, has no byte token for the tab. */
const requireByteTokens = (ids: ReadonlyMap<string, number>): void => {
  BYTE_TOKENS.forEach((token, byte) => {
    const isCharacter = byte < ASCII_BYTES && ids.has(String.fromCharCode(byte));
    if (isCharacter || isNeverWritten(byte) || ids.has(token)) return;
    throw new UnsupportedPart(`byte_fallback without the token ${token}`);
  });
};

/**
 * Checks the model of a definition.
 *
 * @throws BenchmarkError `tokenizer` when it is broken; UnsupportedPart when it is another kind of model, or has
 *   settings that were not found to agree with Hugging Face's library
 */
export const requireBpeModel = (file: string, model: JsonObject): CheckedModel => {
  // Files of the first years name no type, and are of this one.
  const type = model.type ?? (Array.isArray(model.merges) ? 'BPE' : undefined);
  if (type !== 'BPE') {
    throw new UnsupportedPart(type === undefined ? 'a model of no type' : `a model of the type ${String(type)}`);
  }
  const ids = readVocabulary(file, model.vocab);
  const list = model.merges;
  if (!Array.isArray(list)) {
    throw unusable(
      file,
      'it has no merges',
      'A BPE tokenizer cannot be used without them; save it again with save_pretrained of transformers.',
    );
  }
  if (model.dropout) throw new UnsupportedPart('dropout, which makes token ids random');
  for (const affix of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    if (model[affix]) throw new UnsupportedPart(`the ${affix} ${JSON.stringify(model[affix])}`);
  }
  if (model.byte_fallback === true) requireByteTokens(ids);
  const merges = readMerges(file, ids, list);
  return { model: model as BpeModel, merges, unreachable: unreachableTokens(ids, merges) };
};

/** Stands where no text can reach it: private-use characters that nobody writes, around the id. */
const hiddenName = (id: number): string => `\u{f0000}${id}\u{f0001}`;

/**
 * The tokens that the engine must not make of text, though they are in the vocabulary: special ones, the unknown token,
 * bytes that the model is not to fall back on, and what the merges do not make. Where a model takes whole words from
 * its vocabulary before it merges (`ignore_merges`), these last are right.
 *
 * @param special contents of the special tokens
 */
export const tokensToHide = ({ model, unreachable }: CheckedModel, special: readonly string[]): string[] => {
  const isByte = new Set(BYTE_TOKENS);
  const others = unreachable.filter((token) =>
    isByte.has(token) ? model.byte_fallback !== true : model.ignore_merges !== true,
  );
  const hidden = new Set([...special, ...others]);
  if (typeof model.unk_token === 'string') hidden.add(model.unk_token);
  return [...hidden].filter((token) => Object.hasOwn(model.vocab, token));
};

/** The model with `hidden` tokens out of the reach of text. */
export const withHiddenTokens = ({ model, merges }: CheckedModel, hidden: readonly string[]): BpeModel => {
  const unknown = typeof model.unk_token === 'string' ? model.vocab[model.unk_token] : undefined;
  const vocab = { ...model.vocab };
  const ids = new Set<number>();
  for (const token of hidden) {
    const id = vocab[token] as number;
    delete vocab[token];
    vocab[hiddenName(id)] = id;
    ids.add(id);
  }
  const isKept = (index: number): boolean =>
    ![merges.lefts, merges.rights, merges.merged].some((list) => ids.has(list[index] as number));
  return {
    ...model,
    vocab,
    merges: model.merges.filter((_, index) => isKept(index)),
    unk_token: unknown === undefined ? null : hiddenName(unknown),
  };
};
