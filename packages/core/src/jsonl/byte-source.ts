import { openInput } from '../files/index.js';

/** A path (`-` is stdin; `.gz` and `.zst` are decompressed), or chunks of bytes or text. */
export type ByteSource = string | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Opens a source: its name for messages, and its bytes. */
export const openSource = async (
  source: ByteSource,
  name: string | undefined,
): Promise<{ name: string; chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> }> => {
  if (typeof source !== 'string') return { name: name ?? '<stream>', chunks: source };
  const input = await openInput(source);
  return { name: name ?? input.name, chunks: input.stream };
};
