/** Codings that a response may be compressed with, as `accept-encoding` names them. */
export const CONTENT_CODINGS: readonly string[] = ['gzip', 'br', 'zstd', 'deflate'];
