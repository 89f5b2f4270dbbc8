import { firstWhere } from '../first-where.js';

/** Stands for an output length that is not known. */
const UNKNOWN = 0xff_ff_ff_ff;

const LOW_BITS = 2 ** 32;

type Column = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** A typed array that grows by half its length when it is full. */
class GrowingColumn<T extends Column> {
  #values: T;
  #length = 0;
  readonly #allocate: (length: number) => T;

  constructor(allocate: (length: number) => T) {
    this.#allocate = allocate;
    this.#values = allocate(1024);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#allocate(Math.ceil(this.#values.length * 1.5));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The values without spare room. */
  trimmed(): T {
    return this.#values.slice(0, this.#length) as T;
  }
}

const uint16Column = () => new GrowingColumn((length) => new Uint16Array(length));
const uint32Column = () => new GrowingColumn((length) => new Uint32Array(length));

/** Where each record of a dataset starts, and the lengths of its prompts. */
export interface PromptTable {
  readonly records: number;
  readonly prompts: number;
  /** Byte offset of a record. */
  offset(record: number): number;
  promptTokens(prompt: number): number;
  outputTokens(prompt: number): number | null;
  /** Number of the first prompt of a record; for `records` itself, the number of prompts. */
  firstPrompt(record: number): number;
  /** The record that a prompt belongs to. */
  recordOf(prompt: number): number;
}

interface Columns {
  /** Lower 32 bits of the offsets of records, and the 16 above: 6 bytes reach as far as any file. */
  offsetsLow: Uint32Array;
  offsetsHigh: Uint16Array;
  promptLengths: Uint32Array;
  outputLengths: Uint32Array;
  /** First prompt of each record; absent where each is a prompt. */
  firsts: Uint32Array | undefined;
}

/** Outside the builder, because what is made in it would keep the builder's columns in memory. */
const createPromptTable = ({ offsetsLow, offsetsHigh, promptLengths, outputLengths, firsts }: Columns): PromptTable => {
  const records = offsetsLow.length;
  const prompts = promptLengths.length;
  return {
    records,
    prompts,
    offset: (record) => (offsetsHigh[record] ?? 0) * LOW_BITS + (offsetsLow[record] ?? 0),
    promptTokens: (prompt) => promptLengths[prompt] ?? 0,
    outputTokens(prompt) {
      const length = outputLengths[prompt] ?? UNKNOWN;
      return length === UNKNOWN ? null : length;
    },
    firstPrompt: (record) => (firsts ? (firsts[record] ?? prompts) : record),
    recordOf: (prompt) => (firsts ? firstWhere(0, records, (record) => (firsts[record] ?? 0) > prompt) - 1 : prompt),
  };
};

/**
 * Collects a `PromptTable`: 14 bytes a prompt (offset, prompt tokens, output tokens), and in a dataset of sessions 8
 * bytes a prompt and 10 a session.
 */
export const createPromptTableBuilder = (
  hasSessions: boolean,
): {
  addRecord(offset: number): void;
  addPrompt(promptTokens: number, outputTokens: number | null): void;
  build(): PromptTable;
} => {
  const offsetLowColumn = uint32Column();
  const offsetHighColumn = uint16Column();
  const promptColumn = uint32Column();
  const outputColumn = uint32Column();
  const firstColumn = uint32Column();
  let promptCount = 0;

  return {
    addRecord(offset) {
      offsetLowColumn.push(offset % LOW_BITS);
      offsetHighColumn.push(Math.floor(offset / LOW_BITS));
      if (hasSessions) firstColumn.push(promptCount);
    },
    addPrompt(promptTokens, outputTokens) {
      promptColumn.push(Math.round(promptTokens));
      outputColumn.push(outputTokens === null ? UNKNOWN : Math.round(outputTokens));
      promptCount++;
    },
    build: () =>
      createPromptTable({
        offsetsLow: offsetLowColumn.trimmed(),
        offsetsHigh: offsetHighColumn.trimmed(),
        promptLengths: promptColumn.trimmed(),
        outputLengths: outputColumn.trimmed(),
        firsts: hasSessions ? firstColumn.trimmed() : undefined,
      }),
  };
};
