import { Readable } from 'node:stream';

/** Bytes in one part. */
const PART_BYTES = 65_536;

/** `bytes` bytes of one letter: no line ever ends, no JSON begins. */
export const garbage = (bytes: number): Readable => {
  const part = Buffer.alloc(PART_BYTES, 'x');
  let left = bytes;
  return new Readable({
    read() {
      const length = Math.min(left, PART_BYTES);
      left -= length;
      this.push(length === 0 ? null : part.subarray(0, length));
    },
  });
};
