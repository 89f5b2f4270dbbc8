const QUOTE = '"';
const NEWLINE = '\n';

/** Whole rows of a CSV text. */
export interface RowPiece {
  /** Each row ends in `\n`, the last one too; within quoted fields line breaks are as they were. */
  text: string;
  /** Without any, each row is one line. */
  hasQuotes: boolean;
}

/**
 * Finds where rows end: at line breaks that stand in no quoted field. A field is quoted when a quote is its first
 * character; elsewhere a quote is a character like any other.
 */
export class RowCutter {
  readonly #delimiter: string;
  #isQuoted = false;
  /** What follows the last end of a row. */
  #pending: string[] = [];
  #pendingCharacters = 0;
  #pendingHasQuotes = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Characters of the row that is not whole yet. */
  get pendingCharacters(): number {
    return this.#pendingCharacters;
  }

  /** @param block whole lines, with their line breaks; only the last one may lack its own */
  push(block: string): RowPiece | undefined {
    const { text, end, hasQuotes } = this.#scan(block);
    const piece = end === 0 ? undefined : this.#take(text.slice(0, end), hasQuotes);
    if (end < text.length) {
      this.#pending.push(text.slice(end));
      this.#pendingCharacters += text.length - end;
      this.#pendingHasQuotes ||= hasQuotes;
    }
    return piece;
  }

  /** The last row, where no line break ended it. Within a quoted field it is cut off, which the parser will say. */
  end(): RowPiece | undefined {
    if (this.#pendingCharacters === 0) return undefined;
    const { text, hasQuotes } = this.#take('', false);
    const hasHalfBreak = !this.#isQuoted && text.endsWith('\r');
    return { text: `${hasHalfBreak ? text.slice(0, -1) : text}${NEWLINE}`, hasQuotes };
  }

  /** What is pending, and `text` behind it. */
  #take(text: string, hasQuotes: boolean): RowPiece {
    const piece = { text: this.#pending.join('') + text, hasQuotes: hasQuotes || this.#pendingHasQuotes };
    this.#pending = [];
    this.#pendingCharacters = 0;
    this.#pendingHasQuotes = false;
    return piece;
  }

  /** The block with `\n` at the end of each row, and where its last row ends: 0 when none does. */
  #scan(block: string): { text: string; end: number; hasQuotes: boolean } {
    if (!this.#isQuoted && !block.includes(QUOTE)) {
      const text = block.replaceAll('\r\n', NEWLINE);
      return { text, end: text.lastIndexOf(NEWLINE) + 1, hasQuotes: false };
    }
    // Both ways of ending a line may stand in one file.
    const isChanged = block.includes('\r\n');
    let changed = '';
    let length = 0;
    let end = 0;
    for (let position = 0; position < block.length; ) {
      let segment: string;
      if (this.#isQuoted) {
        segment = block.slice(position, this.#endOfQuoted(block, position));
        position += segment.length;
      } else {
        segment = block.slice(position, this.#endOfUnquoted(block, position));
        position += segment.length;
        if (isChanged) segment = segment.replaceAll('\r\n', NEWLINE);
        const lastBreak = segment.lastIndexOf(NEWLINE) + 1;
        if (lastBreak > 0) end = length + lastBreak;
      }
      length += segment.length;
      if (isChanged) changed += segment;
    }
    return { text: isChanged ? changed : block, end, hasQuotes: true };
  }

  /** Behind the quote that opens the next quoted field; the block's length when none does. */
  #endOfUnquoted(block: string, from: number): number {
    for (let at = block.indexOf(QUOTE, from); at !== -1; at = block.indexOf(QUOTE, at + 1)) {
      // A block starts at the start of a line.
      const before = at === 0 ? NEWLINE : block[at - 1];
      if (before !== this.#delimiter && before !== NEWLINE) continue;
      this.#isQuoted = true;
      return at + 1;
    }
    return block.length;
  }

  /** Behind the quote that closes a field; the block's length when it goes on. Doubled quotes are text. */
  #endOfQuoted(block: string, from: number): number {
    let at = block.indexOf(QUOTE, from);
    while (at !== -1 && block[at + 1] === QUOTE) at = block.indexOf(QUOTE, at + 2);
    if (at === -1) return block.length;
    this.#isQuoted = false;
    return at + 1;
  }
}
