import { firstWhere } from '../first-where.js';

/** Stands for an output length that is not known. */
const UNKNOWN = 0xff_ff_ff_ff;

type Column = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

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

const float64Column = () => new GrowingColumn((length) => new Float64Array(length));
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

/**
 * Collects a `PromptTable`: 16 bytes a prompt (offset, prompt tokens, output tokens), and in a dataset of sessions 8
 * bytes a prompt and 12 a session.
 */
export const createPromptTableBuilder = (
  hasSessions: boolean,
): {
  addRecord(offset: number): void;
  addPrompt(promptTokens: number, outputTokens: number | null): void;
  build(): PromptTable;
} => {
  const offsetColumn = float64Column();
  const promptColumn = uint32Column();
  const outputColumn = uint32Column();
  const firstColumn = uint32Column();
  let promptCount = 0;

  return {
    addRecord(offset) {
      offsetColumn.push(offset);
      if (hasSessions) firstColumn.push(promptCount);
    },
    addPrompt(promptTokens, outputTokens) {
      promptColumn.push(Math.round(promptTokens));
      outputColumn.push(outputTokens === null ? UNKNOWN : Math.round(outputTokens));
      promptCount++;
    },
    build() {
      const offsets = offsetColumn.trimmed();
      const promptLengths = promptColumn.trimmed();
      const outputLengths = outputColumn.trimmed();
      const firsts = firstColumn.trimmed();
      const records = offsets.length;

      return {
        records,
        prompts: promptCount,
        offset: (record) => offsets[record] ?? 0,
        promptTokens: (prompt) => promptLengths[prompt] ?? 0,
        outputTokens(prompt) {
          const length = outputLengths[prompt] ?? UNKNOWN;
          return length === UNKNOWN ? null : length;
        },
        firstPrompt: (record) => (hasSessions ? (firsts[record] ?? promptCount) : record),
        recordOf: (prompt) =>
          hasSessions ? firstWhere(0, records, (record) => (firsts[record] ?? 0) > prompt) - 1 : prompt,
      };
    },
  };
};
