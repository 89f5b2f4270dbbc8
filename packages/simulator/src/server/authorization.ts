import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../completion/api-error.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Checks the header `authorization` against a key, in a time that tells nothing of it. */
export const createAuthorization = (apiKey: string | undefined): ((header: string | undefined) => void) => {
  if (apiKey === undefined) return () => {};
  const expected = digest(`Bearer ${apiKey}`);
  return (header) => {
    if (header === undefined || !timingSafeEqual(digest(header), expected)) {
      throw new ApiError(401, 'AuthenticationError', 'The bearer token is missing or wrong.');
    }
  };
};
