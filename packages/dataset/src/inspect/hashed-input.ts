import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import { openInput } from '@aibrix/core/files';

/** A file whose size and hash are known when it has been read. */
export interface HashedInput {
  /** The name to show in messages: the path, or `<stdin>`. */
  name: string;
  /** The content, decompressed; to be read once, and to its end. */
  chunks: AsyncIterable<Uint8Array>;
  /** Of what was read so far: bytes, and SHA-256 as lowercase hex. To be asked once. */
  end(): { bytes: number; sha256: string };
}

/**
 * Opens a file as `openInput` does.
 *
 * @throws BenchmarkError as `openInput`
 */
export const openHashedInput = async (path: string, signal?: AbortSignal | undefined): Promise<HashedInput> => {
  const { name, stream } = await openInput(path);
  // A read that waits for a pipe ends with the signal, not with the next byte.
  const source = signal ? addAbortSignal(signal, stream) : stream;
  const hash = createHash('sha256');
  let bytes = 0;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  return { name, chunks: chunks(), end: () => ({ bytes, sha256: hash.digest('hex') }) };
};
