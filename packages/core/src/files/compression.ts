import type { Transform } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';

export type Compression = 'gzip' | 'zstd';

/** How a file of this name is compressed: `.gz` is gzip, `.zst` is Zstandard, anything else is not. */
export const compressionOf = (path: string): Compression | undefined => {
  if (path.endsWith('.gz')) return 'gzip';
  if (path.endsWith('.zst')) return 'zstd';
  return undefined;
};

export const compressor = (compression: Compression): Transform =>
  compression === 'gzip' ? createGzip() : createZstdCompress();

export const decompressor = (compression: Compression): Transform =>
  compression === 'gzip' ? createGunzip() : createZstdDecompress();
