import type { RunOptions } from './options.js';

/** Shorter values are words like "true", and would be struck out of every text. */
const MIN_HEADER_CHARACTERS = 8;
const MIN_KEY_CHARACTERS = 4;

/** Strikes secrets out of what a server says, should it repeat them. Each text whole, before anything is cut off. */
export interface Redaction {
  /** Of a message about a failure: the key, and the values of further headers. */
  message(text: string): string;
  /** Of an answer: the key. */
  answer(text: string): string;
}

const strike = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);

export const createRedaction = (options: Pick<RunOptions, 'apiKey' | 'headers'>): Redaction => {
  const { apiKey = '', headers = {} } = options;
  const keys = apiKey.length >= MIN_KEY_CHARACTERS ? [apiKey] : [];
  const values = Object.values(headers).filter((value) => value.length >= MIN_HEADER_CHARACTERS);
  return {
    message: (text) => strike(text, [...keys, ...values]),
    answer: (text) => strike(text, keys),
  };
};
