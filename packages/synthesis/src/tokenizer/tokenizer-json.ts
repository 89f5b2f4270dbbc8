import { createHash } from 'node:crypto';
import { BenchmarkError } from '@aibrix/core/errors';
import type { Kitoken } from 'kitoken/node';
import { type AddedToken, createAddedTokenSplitter, readAddedTokens, type Segment } from './added-tokens.js';
import { type BpeModel, type CheckedModel, requireBpeModel, tokensToHide, withHiddenTokens } from './bpe-model.js';
import { type JsonObject, parseDefinition, unusable } from './definition-json.js';
import { leavesInPlace, requireSupportedNormalizer } from './normalizer.js';
import { dependsOnStart, rewritePreTokenizer, UnsupportedPart } from './pre-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** A definition whose parts are all of a kind that was found to agree with Hugging Face's library. */
interface CheckedDefinition {
  definition: JsonObject;
  model: BpeModel;
  checkedModel: CheckedModel;
  /** Tokens of the vocabulary that the engine must not make of text. */
  hidden: string[];
  addedTokens: AddedToken[];
  /** Special tokens that the normalizer could change or move: what Hugging Face does with them is not reproduced. */
  movingTokens: AddedToken[];
}

const checkDefinition = (file: string, definition: JsonObject): CheckedDefinition => {
  const checkedModel = requireBpeModel(file, definition.model as JsonObject);
  const { model } = checkedModel;
  requireSupportedNormalizer(definition.normalizer);
  const addedTokens = readAddedTokens(file, definition, model.vocab);
  const movingTokens = addedTokens.filter(
    ({ isNormalized, content }) => isNormalized && !leavesInPlace(definition.normalizer, content),
  );
  const ordinary = movingTokens.find(({ isSpecial }) => !isSpecial);
  if (ordinary) throw new UnsupportedPart(`the added token ${JSON.stringify(ordinary.content)} in normalized text`);
  const special = addedTokens.filter(({ isSpecial }) => isSpecial).map(({ content }) => content);
  const hidden = tokensToHide(checkedModel, special);
  return { definition, model, checkedModel, hidden, addedTokens, movingTokens };
};

/** What the engine is given: the definition without its added tokens, which are cut out of the text before. */
const engineDefinition = (checked: CheckedDefinition, isAtStart: boolean): JsonObject => {
  const { definition } = checked;
  const model = withHiddenTokens(checked.checkedModel, checked.hidden);
  const unknown = model.unk_token;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    // The engine knows its unknown token from this list only.
    added_tokens: typeof unknown === 'string' ? [{ id: model.vocab[unknown], content: unknown, ...flags }] : [],
    normalizer: definition.normalizer ?? null,
    pre_tokenizer: rewritePreTokenizer(definition.pre_tokenizer, isAtStart),
    post_processor: null,
    decoder: definition.decoder ?? null,
    model: { ...model, type: 'BPE' },
  };
};

/** The WASM module throws plain text, or an error without a useful message where it had to stop itself. */
const reasonOf = (cause: unknown): string => (typeof cause === 'string' ? cause : 'its model cannot be used');

const NOT_SUPPORTED_HINT =
  'Only byte-pair encodings whose parts agree with the Hugging Face library are loaded, so that counts are never silently wrong; use another tokenizer, for example the built-in o200k_base.';

const concatenate = (lists: readonly Uint32Array[]): Uint32Array => {
  const joined = new Uint32Array(lists.reduce((length, list) => length + list.length, 0));
  let offset = 0;
  for (const list of lists) {
    joined.set(list, offset);
    offset += list.length;
  }
  return joined;
};

/** Encodes and decodes with the engine; added tokens are the caller's. */
interface Engine {
  encode(text: string): Uint32Array;
  decode(ids: Uint32Array): string;
}

const createEngine = async (file: string, checked: CheckedDefinition, isAtStart: boolean): Promise<Engine> => {
  const module = await import('kitoken/node');
  const bytes = new TextEncoder().encode(JSON.stringify(engineDefinition(checked, isAtStart)));
  let encoder: Kitoken;
  try {
    encoder = module.Kitoken.from_tokenizers(bytes);
    const config = encoder.config() as { fallback: string[] };
    // It would leave out characters that the vocabulary cannot write; a count without them would be wrong.
    encoder.set_config({ ...config, fallback: config.fallback.filter((step) => step !== 'Skip') });
  } catch (cause) {
    throw unusable(file, reasonOf(cause), NOT_SUPPORTED_HINT, cause);
  }
  const orExplained = <T>(message: string, hint: string, work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw new BenchmarkError('tokenizer', `${message}: ${reasonOf(cause)}`, { cause, location: { file }, hint });
    }
  };
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    encode: (text) =>
      orExplained(
        'cannot encode a text',
        'Its vocabulary lacks tokens for some characters and has no unknown token; use the tokenizer of the model that is served.',
        () => encoder.encode(text, false),
      ),
    decode: (ids) =>
      utf8.decode(
        orExplained('cannot decode tokens', 'The ids must be of this tokenizer.', () => encoder.decode(ids, false)),
      ),
  };
};

const checkedOrExplained = (file: string, json: Uint8Array): CheckedDefinition => {
  const definition = parseDefinition(file, json);
  try {
    const checked = checkDefinition(file, definition);
    rewritePreTokenizer(definition.pre_tokenizer, true);
    return checked;
  } catch (cause) {
    if (cause instanceof UnsupportedPart) {
      throw unusable(file, `it uses ${cause.message}, which is not supported`, NOT_SUPPORTED_HINT);
    }
    throw cause;
  }
};

/**
 * A tokenizer of the Hugging Face format, from the bytes of its `tokenizer.json`.
 *
 * @param name what the tokenizer is called in reports
 * @param file where the bytes are from, for messages
 * @throws BenchmarkError `tokenizer` when they cannot be used, or not without a risk of other ids than Hugging Face's;
 *   so do the methods, for text it has no tokens for
 */
export const tokenizerOfJson = async (name: string, file: string, json: Uint8Array): Promise<Tokenizer> => {
  const checked = checkedOrExplained(file, json);
  const { addedTokens, movingTokens } = checked;
  const atStart = await createEngine(file, checked, true);
  const afterToken = dependsOnStart(checked.definition.pre_tokenizer)
    ? await createEngine(file, checked, false)
    : atStart;

  const encodeSegments = (segments: readonly Segment[]): Uint32Array => {
    const lists = segments.map((segment) => {
      if ('id' in segment) return Uint32Array.of(segment.id);
      return (segment.start === 0 ? atStart : afterToken).encode(segment.text);
    });
    return lists.length === 1 ? (lists[0] as Uint32Array) : concatenate(lists);
  };
  const ordinaryTokens = addedTokens.filter(({ isSpecial }) => !isSpecial);
  const splitPlain = createAddedTokenSplitter(ordinaryTokens);
  const splitAll = createAddedTokenSplitter(addedTokens);
  const encode = (text: string): Uint32Array => encodeSegments(splitPlain(text));

  // The engine does not know these, or not by their names; it decodes what stands between them.
  const written = new Map([
    ...checked.hidden.map((token): [number, string] => [checked.model.vocab[token] as number, token]),
    ...addedTokens
      .filter(({ isSpecial, content }) => isSpecial || !Object.hasOwn(checked.model.vocab, content))
      .map(({ id, content }): [number, string] => [id, content]),
  ]);
  const decode = (ids: Uint32Array): string => {
    let text = '';
    let start = 0;
    ids.forEach((id, index) => {
      const content = written.get(id);
      if (content === undefined) return;
      text += (index > start ? atStart.decode(ids.subarray(start, index)) : '') + content;
      start = index + 1;
    });
    return start < ids.length ? text + atStart.decode(ids.subarray(start)) : text;
  };

  return {
    name,
    sha256: createHash('sha256').update(json).digest('hex'),
    encode,
    encodeWithSpecialTokens: (text) => {
      const moving = movingTokens.find(({ content }) => text.toLowerCase().includes(content.trim().toLowerCase()));
      if (moving) {
        throw new BenchmarkError(
          'tokenizer',
          `looks for the special token ${JSON.stringify(moving.content)} in normalized text, which is not supported`,
          { location: { file }, hint: NOT_SUPPORTED_HINT },
        );
      }
      return encodeSegments(splitAll(text));
    },
    decode,
    count: (text) => encode(text).length,
  };
};
