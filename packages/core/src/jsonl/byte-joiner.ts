/** Collects the pieces of one record that came in several chunks; a record within one chunk is not copied. */
export class ByteJoiner {
  #pieces: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The bytes so far as one; starts anew. */
  take(): Uint8Array {
    const pieces = this.#pieces;
    const joined = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return joined;
  }
}
