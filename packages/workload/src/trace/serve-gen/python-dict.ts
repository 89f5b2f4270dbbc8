import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';

/** Pairs of numbers, in the order in which they were written. */
export interface NumberPairs {
  keys: Float64Array;
  values: Float64Array;
}

/** Sticky, so that it matches at a place and nowhere else. */
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/** Reads a text from left to right. */
class Scanner {
  readonly #text: string;
  readonly #name: string;
  readonly #location: InputLocation;
  #at = 0;

  constructor(text: string, { name, location }: { name: string; location: InputLocation }) {
    this.#text = text;
    this.#name = name;
    this.#location = location;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  /** Passes a character, and the space around it; says whether it was there. */
  take(character: string): boolean {
    this.skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.skipSpace();
    return true;
  }

  /** A number; as a key it may stand in quotes. */
  number(): number {
    const quote = ['"', "'"].find((character) => this.#text[this.#at] === character);
    if (quote) this.#at++;
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) throw this.problem('a number');
    this.#at = NUMBER.lastIndex;
    if (quote && !this.take(quote)) throw this.problem(quote);
    return Number(match[0]);
  }

  problem(expected: string): BenchmarkError {
    const found = this.isAtEnd ? 'the end' : JSON.stringify(this.#text.slice(this.#at, this.#at + 12));
    return new BenchmarkError(
      'input',
      `${this.#name}, character ${this.#at + 1}: ${expected} is needed, found ${found}`,
      {
        location: this.#location,
        hint: 'It must be numbers as a Python dictionary: {512: 0.25, 640: 0.75}. It is read, never run.',
      },
    );
  }
}

/**
 * Reads a Python dictionary of numbers, such as `{512: 0.25, 640: 0.75}`: braces, numbers, colons, commas, quotes around a
 * number, and space. Anything else is refused; nothing is evaluated.
 *
 * @param options.name what the text is, for messages
 * @throws BenchmarkError `input` with the place and the character
 */
export const parsePythonDict = (text: string, options: { name: string; location: InputLocation }): NumberPairs => {
  const scanner = new Scanner(text, options);
  const keys: number[] = [];
  const values: number[] = [];
  if (!scanner.take('{')) throw scanner.problem('{');
  while (!scanner.take('}')) {
    keys.push(scanner.number());
    if (!scanner.take(':')) throw scanner.problem(':');
    values.push(scanner.number());
    if (scanner.take(',')) continue;
    if (!scanner.take('}')) throw scanner.problem(', or }');
    break;
  }
  if (!scanner.isAtEnd) throw scanner.problem('the end');
  return { keys: Float64Array.from(keys), values: Float64Array.from(values) };
};
