/** Code of the failures of decompression. */
export const CONTENT_ENCODING_CODE = 'content-encoding';

/** A body that cannot be decompressed. */
export class ContentDecodingError extends Error {
  readonly code: string = CONTENT_ENCODING_CODE;

  constructor(encoding: string, reason: string, cause?: unknown) {
    super(`the response cannot be decompressed (${encoding}): ${reason}`, cause === undefined ? undefined : { cause });
    this.name = 'ContentDecodingError';
  }
}
