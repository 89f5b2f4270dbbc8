import type { RunOptions } from './options.js';

/** Shorter values are words like "true", and would be struck out of every text. */
const MIN_SECRET_CHARACTERS = 8;

/** Strikes the key and the values of further headers out of what a server says, should it repeat them. */
export const createRedactor = (options: Pick<RunOptions, 'apiKey' | 'headers'>): ((text: string) => string) => {
  const secrets = [options.apiKey, ...Object.values(options.headers ?? {})].filter(
    (value) => value !== undefined && value.length >= MIN_SECRET_CHARACTERS,
  ) as string[];
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
};
