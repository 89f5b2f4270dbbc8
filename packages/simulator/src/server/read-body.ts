import type { IncomingMessage } from 'node:http';
import { ApiError } from '../completion/api-error.js';

/**
 * The whole body as text.
 *
 * @throws ApiError with status 413 when it is longer than `maxBytes`; what node throws when the client goes away
 */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLong = (): ApiError =>
    new ApiError(413, 'RequestTooLargeError', `The body is longer than the ${maxBytes} bytes that are read here.`);
  if (Number(request.headers['content-length']) > maxBytes) throw tooLong();
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(tooLong());
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks, bytes).toString('utf8')));
    request.on('error', reject);
  });
};
