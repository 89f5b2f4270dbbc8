import { describe, expect, it } from 'vitest';
import { tokenizerOfJson } from './tokenizer-json.js';

const FILE = 'models/x/tokenizer.json';

type Definition = Record<string, unknown> & { model: Record<string, unknown> };

const definition = (changes: Record<string, unknown> = {}, model: Record<string, unknown> = {}): Definition => ({
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  ...changes,
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: { a: 0, b: 1, c: 2, ' ': 3, ab: 4, bc: 5, abc: 6, '<s>': 7, s: 8, '<': 9, '>': 10 },
    merges: [
      ['b', 'c'],
      ['a', 'b'],
    ],
    ...model,
  },
});

const load = (content: unknown) =>
  tokenizerOfJson(
    'x',
    FILE,
    content instanceof Uint8Array
      ? content
      : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
  );

const whole = JSON.stringify(definition());

describe('a tokenizer.json that cannot be used', () => {
  it.each([
    ['an empty file', '', /it is empty/, /Download/],
    ['white space', ' \n ', /it is empty/, /Download/],
    ['an HTML page', '<!DOCTYPE html><html><body>Please log in</body></html>', /HTML/, /login or error page/],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      /Git LFS/,
      /lfs pull/,
    ],
    [
      'a SentencePiece model',
      Uint8Array.of(0x0a, 0x0e, 0x0a, 0x05, 0x3c, 0x75, 0x6e, 0x6b, 0x3e, 0, 0),
      /binary/,
      /SentencePiece/,
    ],
    ['a text', 'hello', /it is not JSON/, /Download/],
    ['a file cut in a list', whole.slice(0, whole.indexOf('"b","c"') + 4), /it is cut off/, /Download/],
    ['a file cut in a word', whole.slice(0, 30), /it is cut off/, /Download/],
    ['a file cut after a value', whole.slice(0, -1), /it is cut off/, /Download/],
    ['null', 'null', /it has no model/, /tokenizer_config\.json/],
    ['a list', '[]', /it has no model/, /tokenizer_config\.json/],
    ['another JSON file', '{"bos_token":"<s>"}', /it has no model/, /tokenizer_config\.json/],
    ['a model of no type', { model: { vocab: { a: 0 } } }, /a model of no type/, /byte-pair/],
    ['WordPiece', definition({}, { type: 'WordPiece' }), /a model of the type WordPiece/, /byte-pair/],
    ['WordLevel', definition({}, { type: 'WordLevel' }), /a model of the type WordLevel/, /byte-pair/],
    ['Unigram', definition({}, { type: 'Unigram', vocab: [['a', -1]] }), /a model of the type Unigram/, /byte-pair/],
    ['no vocabulary', definition({}, { vocab: undefined }), /no list of tokens/, /Download/],
    ['an empty vocabulary', definition({}, { vocab: {} }), /vocabulary is empty/, /Download/],
    ['ids that are no numbers', definition({}, { vocab: { a: '0' } }), /vocabulary is not a list/, /Download/],
    ['no merges', definition({}, { merges: undefined }), /it has no merges/, /save_pretrained/],
    ['a merge of three', definition({}, { merges: ['a b', 'a b c'] }), /merges\[1\] is not a pair/, /Download/],
    ['a merge of an unknown token', definition({}, { merges: [['a', 'z']] }), /merges\[0\] needs "z"/, /Download/],
    ['a merge to an unknown token', definition({}, { merges: [['a', 'c']] }), /merges\[0\] needs "ac"/, /Download/],
    ['dropout', definition({}, { dropout: 0.1 }), /dropout/, /byte-pair/],
    ['a suffix of words', definition({}, { end_of_word_suffix: '</w>' }), /end_of_word_suffix "<\/w>"/, /byte-pair/],
    ['missing bytes', definition({}, { byte_fallback: true }), /byte_fallback without the token <0x00>/, /byte-pair/],
    [
      'an unsupported normalizer',
      definition({ normalizer: { type: 'Precompiled' } }),
      /normalizer Precompiled/,
      /byte/,
    ],
    [
      'an unsupported pre-tokenizer',
      definition({ pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }] } }),
      /pre-tokenizer WhitespaceSplit/,
      /byte-pair/,
    ],
    [
      'pieces of bytes',
      definition({
        pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'ByteLevel' }, { type: 'Digits' }] },
      }),
      /a pre-tokenizer after ByteLevel/,
      /byte-pair/,
    ],
    [
      'a broken added token',
      definition({ added_tokens: [{ id: 'x' }] }),
      /added_tokens\[0\] has no content/,
      /Download/,
    ],
    [
      'an ordinary token that the normalizer would move',
      definition({
        normalizer: { type: 'Prepend', prepend: '_' },
        added_tokens: [{ id: 11, content: 'abc', normalized: true, special: false }],
      }),
      /the added token "abc" in normalized text/,
      /byte-pair/,
    ],
  ])('%s is named for what it is', async (_, content, message, hint) => {
    await expect(load(content)).rejects.toMatchObject({
      code: 'tokenizer',
      location: { file: FILE },
      message: expect.stringMatching(new RegExp(`^${FILE}: is not a usable tokenizer\\.json: .*${message.source}`)),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('a vocabulary with gaps', () => {
  it('is an error where it has no token for a character, not a shorter count', async () => {
    const tokenizer = await load(definition());
    expect([...tokenizer.encode('ab c')]).toEqual([4, 3, 2]);
    expect(() => tokenizer.encode('abxc')).toThrow(
      expect.objectContaining({
        code: 'tokenizer',
        location: { file: FILE },
        hint: expect.stringContaining('lacks tokens'),
      }),
    );
    expect(() => tokenizer.count('é')).toThrow(expect.objectContaining({ code: 'tokenizer' }));
    expect(() => tokenizer.encodeWithSpecialTokens('é')).toThrow(expect.objectContaining({ code: 'tokenizer' }));
  });

  it('has its unknown token where it has one', async () => {
    const vocab = { '<unk>': 0, a: 1, b: 2, '<': 3, '>': 4, u: 5, n: 6, k: 7 };
    const added_tokens = [{ id: 0, content: '<unk>', special: true, normalized: false }];
    const tokenizer = await load(definition({ added_tokens }, { vocab, merges: [], unk_token: '<unk>' }));
    expect([...tokenizer.encode('aéb')]).toEqual([1, 0, 2]);
    expect([...tokenizer.encode('<unk>')]).toEqual([3, 5, 6, 7, 4]);
    expect([...tokenizer.encodeWithSpecialTokens('a<unk>')]).toEqual([1, 0]);
    expect(tokenizer.decode(Uint32Array.of(1, 0, 2))).toBe('a<unk>b');
  });

  it('says so when ids are of no token', async () => {
    const tokenizer = await load(definition());
    expect(() => tokenizer.decode(Uint32Array.of(999))).toThrow(expect.objectContaining({ code: 'tokenizer' }));
  });
});

describe('tokens that the merges do not make', () => {
  it('are not made of text that is just them', async () => {
    // "b" and "c" go first, so that no merge is left for "a" and "bc"; and nothing makes "<s>".
    const tokenizer = await load(definition());
    expect([...tokenizer.encode('abc')]).toEqual([0, 5]);
    expect([...tokenizer.encode('<s>')]).toEqual([9, 8, 10]);
    expect(tokenizer.decode(Uint32Array.of(6, 7))).toBe('abc<s>');
  });

  it('are made where a model takes whole words from its vocabulary, unless they are special', async () => {
    const added_tokens = [{ id: 7, content: '<s>', special: true, normalized: false }];
    const tokenizer = await load(definition({ added_tokens }, { ignore_merges: true }));
    expect([...tokenizer.encode('abc')]).toEqual([6]);
    expect([...tokenizer.encode('<s>')]).toEqual([9, 8, 10]);
    expect([...tokenizer.encodeWithSpecialTokens('abc<s>abc')]).toEqual([6, 7, 6]);
  });
});

describe('special tokens', () => {
  it('of normalized text are refused where they would be looked for, and plain text elsewhere', async () => {
    const added_tokens = [{ id: 7, content: '<s>', special: true, normalized: true }];
    const tokenizer = await load(definition({ added_tokens, normalizer: { type: 'Prepend', prepend: 'a' } }));
    expect([...tokenizer.encode('<s>')]).toEqual([0, 9, 8, 10]);
    expect([...tokenizer.encodeWithSpecialTokens('bc')]).toEqual([0, 5]);
    expect(() => tokenizer.encodeWithSpecialTokens('b<s>')).toThrow(
      expect.objectContaining({ code: 'tokenizer', message: expect.stringContaining('"<s>" in normalized text') }),
    );
  });
});
