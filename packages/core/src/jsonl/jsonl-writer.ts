import { createHash } from 'node:crypto';
import { type OutputMode, openOutput } from '../files/index.js';

export interface JsonlWriteSummary {
  /** Lines written. */
  records: number;
  /** Bytes written, before compression. */
  bytes: number;
  /** SHA-256 of those bytes, as lowercase hex. */
  sha256: string;
}

export interface JsonlWriter {
  /**
   * Adds one line. Await what it returns: the promise of a full buffer resolves when the disk has caught up.
   *
   * @throws BenchmarkError `output` when the file cannot be written
   */
  write(record: unknown): Promise<void> | undefined;
  /** Writes what is buffered, and puts an `atomic` file under its name. */
  close(): Promise<JsonlWriteSummary>;
  /** Gives up: an `atomic` file vanishes, an `in-place` one keeps its whole lines. */
  discard(): Promise<void>;
}

/** Lines are handed on in pieces of about this size: fewer, larger writes. */
const PIECE_BYTES = 1 << 18;
/** Of a file that grows in place: what a kill may take with it. */
const IN_PLACE_BYTES = 1 << 16;
/** Room for one more line, or for a part of a longer one. */
const ROOM_BYTES = 1 << 17;
/** What a UTF-16 unit can need in UTF-8. */
const MAX_BYTES_A_CHARACTER = 3;
/** So much fits into the room, newline included, whatever it is. */
const MAX_CHARACTERS = Math.floor((ROOM_BYTES - 1) / MAX_BYTES_A_CHARACTER);
const NEWLINE = 0x0a;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Cuts a text into parts of at most `MAX_CHARACTERS`, never within a character. */
const partsOf = function* (text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = from + MAX_CHARACTERS;
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    yield text.slice(from, to);
    from = to;
  }
};

/** Collects lines as bytes: all are encoded where they will lie, rather than as part of one long text. */
const createPieces = (): {
  /** Bytes so far. */
  readonly length: number;
  /** Adds text of at most `MAX_CHARACTERS`. */
  add(text: string): void;
  endLine(): void;
  /** What was added; starts anew. */
  take(): Buffer;
  /** Says that a piece which was taken is on the disk: its memory is used again. */
  giveBack(piece: Buffer): void;
} => {
  const spare: Buffer[] = [];
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;
  const open = (): Buffer => {
    // A piece may still be on its way to the disk, so the next one has memory of its own.
    if (buffer.length === 0) buffer = spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES + ROOM_BYTES);
    return buffer;
  };
  return {
    get length() {
      return length;
    },
    add(text) {
      length += open().write(text, length);
    },
    endLine() {
      open()[length++] = NEWLINE;
    },
    take() {
      const piece = buffer.subarray(0, length);
      buffer = Buffer.alloc(0);
      length = 0;
      return piece;
    },
    giveBack(piece) {
      spare.push(Buffer.from(piece.buffer));
    },
  };
};

/**
 * A writer of one record a line. What is handed to the operating system `in-place` always ends with a newline.
 *
 * @param path a file (`.gz`, `.zst` are compressed; missing folders are made), or `-` for stdout
 * @param options `atomic` (the default) shows the file under its name when it is complete. `in-place` hands on a
 *   record as soon as those before it are on the disk, so that a kill loses no more than the last few (64 KiB).
 */
export const openJsonlWriter = async (
  path: string,
  options: { mode?: OutputMode | undefined } = {},
): Promise<JsonlWriter> => {
  const output = await openOutput(path, options);
  const isInPlace = options.mode === 'in-place';
  const hash = createHash('sha256');
  const pieces = createPieces();
  /** The writing of the last piece: the next one is made meanwhile. */
  let underway = Promise.resolve();
  let records = 0;
  let bytes = 0;

  const count = (piece: Buffer): void => {
    hash.update(piece);
    bytes += piece.length;
  };

  /** Hands a piece on after the one before it, and waits for that one only. */
  const handOn = (piece: Buffer): Promise<void> => {
    count(piece);
    const before = underway;
    underway = before.then(() => (isInPlace ? output.writeThrough(piece) : output.write(piece)));
    // A failure is thrown where it is waited for: by the next piece, or by `close`.
    underway.catch(() => {});
    return before;
  };

  /**
   * Hands on a full piece, and takes its memory back. A stream says that it can take more only when all of a piece larger
   * than its own buffer is out of it; left to the garbage collector, pieces would pile up to a hundred megabytes.
   */
  const handOnFull = (): Promise<void> => {
    const piece = pieces.take();
    const before = handOn(piece);
    underway.then(
      () => pieces.giveBack(piece),
      () => {},
    );
    return before;
  };

  let isHandingOn = false;
  let hasFailed = false;

  /** Of `in-place`: hands on what there is, unless something is on its way; what is added meanwhile follows in one piece. */
  const handOnAll = (): void => {
    if (isHandingOn || pieces.length === 0) return;
    isHandingOn = true;
    const piece = pieces.take();
    handOn(piece);
    underway.then(
      () => {
        isHandingOn = false;
        pieces.giveBack(piece);
        handOnAll();
      },
      () => {
        hasFailed = true;
      },
    );
  };

  const writeInPlace = (json: string): Promise<void> | undefined => {
    for (const part of partsOf(json)) {
      pieces.add(part);
      if (pieces.length > PIECE_BYTES) handOn(pieces.take());
    }
    pieces.endLine();
    handOnAll();
    return hasFailed || pieces.length > IN_PLACE_BYTES ? underway : undefined;
  };

  const writeShort = (json: string): Promise<void> | undefined => {
    pieces.add(json);
    pieces.endLine();
    return pieces.length > PIECE_BYTES ? handOnFull() : undefined;
  };

  /** A line of many megabytes is encoded part by part, into memory that is used again. */
  const writeLong = (json: string): Promise<void> | undefined => {
    let full: Promise<void> | undefined;
    for (const part of partsOf(json)) {
      pieces.add(part);
      if (pieces.length > PIECE_BYTES) full = handOnFull();
    }
    pieces.endLine();
    return full;
  };

  return {
    write(record) {
      const json = JSON.stringify(record);
      records++;
      if (isInPlace) return writeInPlace(json);
      return json.length > MAX_CHARACTERS ? writeLong(json) : writeShort(json);
    },
    async close() {
      if (pieces.length > 0) handOn(pieces.take());
      try {
        await underway;
      } catch (error) {
        await output.discard();
        throw error;
      }
      await output.close();
      return { records, bytes, sha256: hash.digest('hex') };
    },
    async discard() {
      if (isInPlace && pieces.length > 0) handOn(pieces.take());
      await underway.catch(() => {});
      await output.discard();
    },
  };
};
