import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from './tokenizer.js';

/** Names that need no file and no network. */
export const BUILT_IN_TOKENIZERS: readonly string[] = ['o200k_base', 'cl100k_base'];

interface EncoderDefinition {
  pat_str: string;
  special_tokens: Record<string, number>;
  bpe_ranks: string;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * SHA-256 of the `.tiktoken` file that these ranks were packed from: a line `<base64> <rank>` for each token.
 * The packed form is one line `! <first rank> <base64> <base64> …` for each run of ranks.
 */
const sha256OfRanks = (packed: string): string => {
  const bytes = Buffer.from(packed, 'latin1');
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    let from = bytes.indexOf(SPACE, start) + 1;
    let to = bytes.indexOf(SPACE, from);
    let rank = Number(bytes.toString('latin1', from, to));
    let lines = '';
    while (to !== -1 && to < end) {
      from = to + 1;
      to = bytes.indexOf(SPACE, from);
      lines += `${bytes.toString('latin1', from, to === -1 || to > end ? end : to)} ${rank++}\n`;
      if (lines.length > 1 << 14) {
        hash.update(lines);
        lines = '';
      }
    }
    hash.update(lines);
    start = end + 1;
  }
  return hash.digest('hex');
};

/** Loads one of `BUILT_IN_TOKENIZERS`. */
export const loadBuiltIn = async (name: string): Promise<Tokenizer> => {
  // Read rather than imported: an imported JSON module would keep its megabytes of text for the life of the process.
  const file = createRequire(import.meta.url).resolve(`tiktoken/encoders/${name}.json`);
  const definition = JSON.parse(await readFile(file, 'utf8')) as EncoderDefinition;
  const { Tiktoken } = await import('tiktoken/lite');
  const encoder = new Tiktoken(definition.bpe_ranks, definition.special_tokens, definition.pat_str);
  const encode = (text: string): Uint32Array => {
    try {
      return encoder.encode_ordinary(text);
    } catch (cause) {
      throw new BenchmarkError('tokenizer', `${name} cannot encode a text of ${text.length} characters`, {
        cause,
        hint: 'It holds a run of letters without a break that is too long for this encoder; split it, or leave it out.',
      });
    }
  };
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    name,
    sha256: sha256OfRanks(definition.bpe_ranks),
    encode,
    encodeWithSpecialTokens: (text) => encoder.encode(text, 'all'),
    decode: (ids) => utf8.decode(encoder.decode(ids)),
    count: (text) => encode(text).length,
  };
};
