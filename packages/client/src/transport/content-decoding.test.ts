import { promisify } from 'node:util';
import { brotliCompress, constants, createGzip, deflate, gzip, zstdCompress } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ContentDecoding, isEncoded } from './content-decoding.js';

interface Decoded {
  text: string;
  /** What came with each time. */
  atTimes: Map<number, string>;
  endMs: number | null;
  error: unknown;
  isGivenUp: boolean;
}

/** Decodes reads, the n-th at time n, and the end one later. */
const decode = (encoding: string, reads: Uint8Array[]): Promise<Decoded> =>
  new Promise((resolve) => {
    const decoded: Decoded = { text: '', atTimes: new Map(), endMs: null, error: null, isGivenUp: false };
    const decoding = new ContentDecoding(
      encoding,
      {
        onData(bytes, timeMs) {
          const text = Buffer.from(bytes).toString('latin1');
          decoded.text += text;
          decoded.atTimes.set(timeMs, (decoded.atTimes.get(timeMs) ?? '') + text);
        },
        onEnd(timeMs) {
          decoded.endMs = timeMs;
          resolve(decoded);
        },
        onError(error) {
          decoded.error = error;
          setImmediate(() => resolve(decoded));
        },
      },
      () => {
        decoded.isGivenUp = true;
      },
    );
    const shared = new Uint8Array(1 << 20);
    for (const [index, read] of reads.entries()) {
      // As the transport hands them out: the memory is used again.
      shared.set(read);
      decoding.onData(shared.subarray(0, read.length), index + 1);
    }
    decoding.onEnd(reads.length + 1);
  });

const TEXT = Array.from({ length: 50 }, (_, index) => `data: {"token ${index * index}"}\n\n`).join('');

const COMPRESS: Record<string, (text: string) => Promise<Buffer>> = {
  gzip: promisify(gzip),
  deflate: promisify(deflate),
  br: promisify(brotliCompress),
  zstd: promisify(zstdCompress),
};

/** Pieces of a gzip stream, each flushed by the server. */
const flushedPieces = async (texts: string[]): Promise<Buffer[]> => {
  const encoder = createGzip();
  const pieces: Buffer[] = [];
  for (const text of texts) {
    encoder.write(text);
    await new Promise<void>((resolve) => encoder.flush(constants.Z_SYNC_FLUSH, resolve));
    pieces.push(encoder.read() as Buffer);
  }
  encoder.end();
  await new Promise((resolve) => encoder.once('end', resolve).resume());
  return pieces;
};

describe('ContentDecoding', () => {
  it.each(Object.keys(COMPRESS))('gives the text of %s back, however it is split', async (encoding) => {
    const bytes = await (COMPRESS[encoding] as (text: string) => Promise<Buffer>)(TEXT);
    for (let split = 0; split <= bytes.length; split++) {
      const { text, endMs, error } = await decode(encoding, [bytes.subarray(0, split), bytes.subarray(split)]);
      expect({ text, endMs, error }, `split at ${split}`).toEqual({ text: TEXT, endMs: 3, error: null });
    }
    const one = await decode(
      encoding,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    expect(one.text).toBe(TEXT);
  });

  it('gives what a read held the time of that read, though all were there before the first was decompressed', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `event ${index} ${'x'.repeat(index * 7)};`);
    const { atTimes } = await decode('gzip', await flushedPieces(texts));
    expect([...atTimes.values()]).toEqual(texts);
    expect([...atTimes.keys()]).toEqual(texts.map((_, index) => index + 1));
  });

  it('keeps the time of a read that holds more than the decoder gives at once', async () => {
    const texts = ['a'.repeat(700_000), 'b', 'c'.repeat(300_000)];
    const { atTimes } = await decode('gzip', await flushedPieces(texts));
    expect([...atTimes.entries()].map(([time, text]) => [time, text.length, text[0]])).toEqual([
      [1, 700_000, 'a'],
      [2, 1, 'b'],
      [3, 300_000, 'c'],
    ]);
  });

  it.each(Object.keys(COMPRESS))('tells of %s that is broken, and lets go of the rest', async (encoding) => {
    const bytes = await (COMPRESS[encoding] as (text: string) => Promise<Buffer>)(TEXT);
    const broken = Buffer.concat([Buffer.from('not compressed at all, is it?'), bytes]);
    const { error, isGivenUp } = await decode(encoding, [broken]);
    expect(error).toMatchObject({
      code: 'content-encoding',
      message: expect.stringContaining(`the response cannot be decompressed (${encoding}): `),
    });
    expect(isGivenUp).toBe(true);
  });

  it.each(Object.keys(COMPRESS))('tells of %s that ends too soon, after what there was', async (encoding) => {
    const bytes = await (COMPRESS[encoding] as (text: string) => Promise<Buffer>)(TEXT);
    const { error } = await decode(encoding, [bytes.subarray(0, bytes.length - 6)]);
    expect(error).toMatchObject({ code: 'content-encoding' });
  });

  it('tells of a coding that it does not know', async () => {
    const { error } = await decode('gzip, br', [Buffer.from('x')]);
    expect(error).toMatchObject({ message: expect.stringContaining('no such coding is known') });
    expect((await decode('constructor', [Buffer.from('x')])).error).toMatchObject({ code: 'content-encoding' });
  });

  it('takes a body without a byte for an empty one', async () => {
    expect(await decode('gzip', [])).toMatchObject({ text: '', endMs: 1, error: null });
  });

  it('does not look at what comes after the end', async () => {
    const bytes = await promisify(gzip)(TEXT);
    const { text, endMs } = await decode('gzip', [bytes, Buffer.alloc(20)]);
    expect([text, endMs]).toEqual([TEXT, 3]);
    const inOne = await decode('gzip', [Buffer.concat([bytes, Buffer.alloc(20)])]);
    expect([inOne.text, inOne.endMs]).toEqual([TEXT, 2]);
  });

  it('is for bodies that are compressed', () => {
    expect([undefined, '', 'identity', 'Identity', 'gzip'].map(isEncoded)).toEqual([false, false, false, false, true]);
  });
});
