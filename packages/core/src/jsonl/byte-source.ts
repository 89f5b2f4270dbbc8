import { addAbortSignal } from 'node:stream';
import { openInput } from '../files/index.js';

/** A path (`-` is stdin; `.gz` and `.zst` are decompressed), or chunks of bytes or text. */
export type ByteSource = string | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Opens a source: its name for messages, and its bytes, which end in an error when the signal aborts. */
export const openSource = async (
  source: ByteSource,
  options: { name?: string | undefined; signal?: AbortSignal | undefined },
): Promise<{ name: string; chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> }> => {
  const { name, signal } = options;
  if (typeof source !== 'string') return { name: name ?? '<stream>', chunks: source };
  const input = await openInput(source);
  // A read that waits for a pipe ends with the signal, not with the next byte.
  const chunks = signal ? addAbortSignal(signal, input.stream) : input.stream;
  return { name: name ?? input.name, chunks };
};
