import type { Transform } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';

export type Compression = 'gzip' | 'zstd';

/** How a file of this name is compressed: `.gz` is gzip, `.zst` is Zstandard, anything else is not. */
export const compressionOf = (path: string): Compression | undefined => {
  if (path.endsWith('.gz')) return 'gzip';
  if (path.endsWith('.zst')) return 'zstd';
  return undefined;
};

/**
 * @param options.flushesEachWrite puts out what it has after each write, at some cost in size: for files that must be
 *   readable as far as they got
 */
export const compressor = (compression: Compression, options: { flushesEachWrite?: boolean } = {}): Transform => {
  const flushes = options.flushesEachWrite ?? false;
  return compression === 'gzip'
    ? createGzip(flushes ? { flush: constants.Z_SYNC_FLUSH } : {})
    : createZstdCompress(flushes ? { flush: constants.ZSTD_e_flush } : {});
};

export const decompressor = (compression: Compression): Transform =>
  compression === 'gzip' ? createGunzip() : createZstdDecompress();
