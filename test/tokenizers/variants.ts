import type { Model } from './models.js';

type Part = Record<string, unknown>;

/** As much of a tokenizer.json as the variants change. */
interface Definition {
  added_tokens: Part[];
  normalizer: Part | null;
  pre_tokenizer: Part | null;
  post_processor: Part | null;
  model: Part & { vocab: Record<string, number> };
}

/** A real definition with one part exchanged, so that parts which none of the models has are compared too. */
export interface Variant {
  base: Model;
  change: (definition: Definition) => void;
}

const sequence = (...pretokenizers: Part[]): Part => ({ type: 'Sequence', pretokenizers });
const byteLevel = (settings: Part = {}): Part => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: false,
  ...settings,
});
const split = (pattern: Part, behavior: string, invert = false): Part => ({ type: 'Split', pattern, behavior, invert });
const metaspace = (settings: Part): Part => ({ type: 'Metaspace', replacement: '▁', ...settings });

/** A byte-level vocabulary behind another pre-tokenizer. */
const bytes = (pre_tokenizer: Part): Variant => ({
  base: 'llama3_1',
  change: (definition) => {
    definition.pre_tokenizer = pre_tokenizer;
    definition.model.ignore_merges = false;
  },
});

/** A byte-level vocabulary behind another normalizer. */
const normalized = (...normalizers: Part[]): Variant => ({
  base: 'llama3_1',
  change: (definition) => {
    definition.normalizer = { type: 'Sequence', normalizers };
  },
});

/** A SentencePiece vocabulary behind another pre-tokenizer. */
const pieces = (pre_tokenizer: Part): Variant => ({
  base: 'llama2',
  change: (definition) => {
    definition.normalizer = null;
    definition.pre_tokenizer = pre_tokenizer;
  },
});

const added = (content: string, settings: Part = {}): Part => ({
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: false,
  ...settings,
});

export const VARIANTS: Readonly<Record<string, Variant>> = {
  'byte-level-regex': bytes(byteLevel({ use_regex: true })),
  'byte-level-regex-by-default': bytes({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true }),
  'byte-level-prefix-space': bytes(byteLevel({ add_prefix_space: true, use_regex: true })),
  'byte-level-prefix-space-whole': bytes(byteLevel({ add_prefix_space: true })),
  'byte-level-whole': bytes(byteLevel()),
  'digits-single': bytes(sequence({ type: 'Digits', individual_digits: true }, byteLevel({ use_regex: true }))),
  'digits-runs': bytes(sequence({ type: 'Digits', individual_digits: false }, byteLevel({ use_regex: true }))),
  punctuation: bytes(sequence({ type: 'Punctuation', behavior: 'Contiguous' }, byteLevel())),
  'white-space': bytes(sequence({ type: 'Whitespace' }, byteLevel())),
  'split-merged-with-previous': bytes(sequence(split({ Regex: '\\s+' }, 'MergedWithPrevious'), byteLevel())),
  'split-merged-with-next': bytes(sequence(split({ Regex: '\\s+' }, 'MergedWithNext'), byteLevel())),
  'split-removed': bytes(sequence(split({ Regex: '\\s+' }, 'Removed'), byteLevel())),
  'split-contiguous': bytes(sequence(split({ Regex: '\\p{P}' }, 'Contiguous'), byteLevel())),
  'split-string': bytes(sequence(split({ String: '  ' }, 'Isolated'), byteLevel())),
  nfkc: normalized({ type: 'NFKC' }),
  'nfkc-lowercase': normalized({ type: 'NFKC' }, { type: 'Lowercase' }),
  'nfd-strip-accents': normalized({ type: 'NFD' }, { type: 'StripAccents' }),
  'replace-regex': normalized({ type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }),
  prepend: normalized({ type: 'Prepend', prepend: ' ' }),
  'metaspace-always': pieces(metaspace({ prepend_scheme: 'always', split: true })),
  'metaspace-always-whole': pieces(metaspace({ prepend_scheme: 'always', split: false })),
  'metaspace-by-default': pieces(metaspace({})),
  'metaspace-first': pieces(metaspace({ prepend_scheme: 'first', split: true })),
  'metaspace-first-whole': pieces(metaspace({ prepend_scheme: 'first', split: false })),
  'metaspace-never': pieces(metaspace({ prepend_scheme: 'never', split: false })),
  'no-byte-fallback': {
    base: 'llama2',
    change: ({ model }) => {
      model.byte_fallback = false;
    },
  },
  'unknown-not-fused': {
    base: 'llama2',
    change: ({ model }) => {
      model.byte_fallback = false;
      model.fuse_unk = false;
    },
  },
  // Ids say nothing about the order of merges.
  'ids-reversed': {
    base: 'llama3_1',
    change: ({ model }) => {
      model.ignore_merges = false;
      const last = Object.keys(model.vocab).length - 1;
      for (const token of Object.keys(model.vocab)) model.vocab[token] = last - (model.vocab[token] as number);
    },
  },
  'added-tokens': {
    base: 'llama3_1',
    change: ({ added_tokens, model }) => {
      const tokens = [
        added('<s>', { lstrip: true, special: true }),
        added('</s>', { rstrip: true, special: true }),
        added('<unk>', { lstrip: true, rstrip: true, special: true }),
        added('the', { single_word: true }),
        added('café', { normalized: true }),
        added('  '),
        added('   '),
        added('\n\n'),
        added('<h1', { normalized: true }),
        added('h1>'),
        added('漢字'),
        added('🏳️'),
      ];
      // The numbers that Hugging Face's library gives: on from the last, unless the vocabulary has the token.
      let next = 128_256;
      added_tokens.push(...tokens.map((token) => ({ id: model.vocab[String(token.content)] ?? next++, ...token })));
    },
  },
};
