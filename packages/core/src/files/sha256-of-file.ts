import { createHash } from 'node:crypto';
import { openInput } from './open-input.js';

/**
 * SHA-256 of a file's content as lowercase hex; a compressed file is hashed decompressed, so that compressing a file
 * does not change its hash.
 */
export const sha256OfFile = async (path: string): Promise<string> => {
  const { stream } = await openInput(path);
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
};
