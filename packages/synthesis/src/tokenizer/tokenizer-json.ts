import { createHash } from 'node:crypto';
import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from './tokenizer.js';

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * A tokenizer of the Hugging Face format, from the bytes of its `tokenizer.json`.
 *
 * @param name what the tokenizer is called in reports
 * @param file where the bytes are from, for messages
 * @throws BenchmarkError `tokenizer` when they cannot be used; so do the methods, for text it has no tokens for
 */
export const tokenizerOfJson = async (name: string, file: string, json: Uint8Array): Promise<Tokenizer> => {
  const { Kitoken } = await import('kitoken/node');
  /** The WASM module throws plain text, or an error without a useful message where it had to stop itself. */
  const orExplained = <T>(message: string, work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw new BenchmarkError('tokenizer', `${message}: ${isText(cause) ? cause : 'its model cannot be used'}`, {
        cause,
        location: { file },
      });
    }
  };
  const encoder = orExplained('is not a usable tokenizer.json', () => Kitoken.from_tokenizers(json));
  const encode = (text: string): Uint32Array => orExplained('cannot encode a text', () => encoder.encode(text, false));
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    name,
    sha256: createHash('sha256').update(json).digest('hex'),
    encode,
    decode: (ids) => utf8.decode(orExplained('cannot decode tokens', () => encoder.decode(ids, false))),
    count: (text) => encode(text).length,
  };
};
