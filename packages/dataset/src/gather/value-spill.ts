import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { type OpenOutput, openOutput } from '@aibrix/core/files';
import { NumberColumn } from './number-column.js';

const FLUSH_BYTES = 1 << 18;
/** Values that stand this near to one another are read at once, up to so much. */
const MOST_SKIPPED_BYTES = 1 << 12;
const MOST_READ_BYTES = 1 << 20;

const makeFolder = async (): Promise<string> => {
  try {
    return await mkdtemp(join(tmpdir(), 'aibrix-gather-'));
  } catch (cause) {
    throw new BenchmarkError('output', `no temporary file can be made: ${(cause as Error).message}`, {
      cause,
      location: { file: tmpdir() },
      hint: 'Set TMPDIR to a folder that can be written.',
    });
  }
};

/** Values as JSON lines in a temporary file, read back by number; 8 bytes of memory a value. */
export class ValueSpill {
  readonly #folder: string;
  readonly #path: string;
  readonly #output: OpenOutput;
  /** Where each value starts, and behind the last one where the next would. */
  readonly #offsets = new NumberColumn((length) => new Float64Array(length));
  #buffered: Buffer[] = [];
  #bufferedBytes = 0;
  #file: FileHandle | undefined;

  private constructor(folder: string, path: string, output: OpenOutput) {
    this.#folder = folder;
    this.#path = path;
    this.#output = output;
    this.#offsets.push(0);
  }

  /** @throws BenchmarkError `output` when there is no room for temporary files */
  static async create(): Promise<ValueSpill> {
    const folder = await makeFolder();
    const path = join(folder, 'values.jsonl');
    try {
      return new ValueSpill(folder, path, await openOutput(path, { mode: 'in-place' }));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Await what it returns: the promise of a full buffer resolves when the disk has caught up. */
  add(value: unknown): Promise<void> | undefined {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    this.#buffered.push(line);
    this.#bufferedBytes += line.length;
    this.#offsets.push(this.#offsets.at(this.#offsets.length - 1) + line.length);
    return this.#bufferedBytes > FLUSH_BYTES ? this.#flush() : undefined;
  }

  /** After the last value, and before the first is read. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#output.close();
    this.#file = await open(this.#path);
  }

  /** Bytes of a value in the file. */
  sizeOf(value: number): number {
    return this.#offsets.at(value + 1) - this.#offsets.at(value);
  }

  /**
   * @param numbers of values, ascending
   * @returns the values, by number
   */
  async read(numbers: Uint32Array): Promise<Map<number, unknown>> {
    const values = new Map<number, unknown>();
    const reads: Promise<void>[] = [];
    for (let first = 0; first < numbers.length; ) {
      let end = first + 1;
      while (end < numbers.length && this.#belongsToRun(numbers, first, end)) end++;
      reads.push(this.#readRun(numbers.subarray(first, end), values));
      first = end;
    }
    await Promise.all(reads);
    return values;
  }

  /** Closes the file and removes it. */
  async remove(): Promise<void> {
    if (this.#file) await this.#file.close();
    else await this.#output.discard();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #belongsToRun(numbers: Uint32Array, first: number, index: number): boolean {
    const next = numbers[index] as number;
    const skipped = this.#offsets.at(next) - this.#offsets.at((numbers[index - 1] as number) + 1);
    const read = this.#offsets.at(next + 1) - this.#offsets.at(numbers[first] as number);
    return skipped <= MOST_SKIPPED_BYTES && read <= MOST_READ_BYTES;
  }

  async #readRun(numbers: Uint32Array, values: Map<number, unknown>): Promise<void> {
    const start = this.#offsets.at(numbers[0] as number);
    const bytes = Buffer.allocUnsafe(this.#offsets.at((numbers.at(-1) as number) + 1) - start);
    await (this.#file as FileHandle).read(bytes, 0, bytes.length, start);
    for (const number of numbers) {
      const text = bytes.toString('utf8', this.#offsets.at(number) - start, this.#offsets.at(number + 1) - start);
      values.set(number, JSON.parse(text));
    }
  }

  #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#buffered, this.#bufferedBytes);
    this.#buffered = [];
    this.#bufferedBytes = 0;
    return this.#output.write(bytes);
  }
}
