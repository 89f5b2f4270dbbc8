import type { FileHandle } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { parseJson } from '@aibrix/core/jsonl';
import type { WorkloadEntry } from '@aibrix/schema';
import type { EntryTable } from './entry-table.js';

/** Entries that stand one after another are read together, up to this much. */
const RUN_BYTES = 1 << 20;
const CLOSE_BRACE = 0x7d;

/** An entry, and its number in the file. */
export interface NumberedEntry {
  entry: WorkloadEntry;
  entryNumber: number;
}

const readBlock = async (file: FileHandle, from: number, to: number): Promise<Buffer> => {
  const block = Buffer.allocUnsafe(to - from);
  let length = 0;
  while (length < block.length) {
    const { bytesRead } = await file.read(block, length, block.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
};

const parseEntry = (bytes: Buffer, name: string): WorkloadEntry => {
  // Between two entries stands nothing but spaces and commas.
  const end = bytes.lastIndexOf(CLOSE_BRACE) + 1;
  try {
    return parseJson(bytes.toString('utf8', 0, end)) as WorkloadEntry;
  } catch (cause) {
    throw new BenchmarkError('input', 'the workload was changed while it was in use', {
      cause,
      location: { file: name },
      hint: 'Keep the file as it is until the result is written.',
    });
  }
};

/** The entries of a file in the order of their table. */
export const readInOrder = async function* (
  file: FileHandle,
  table: EntryTable,
  name: string,
): AsyncGenerator<NumberedEntry> {
  const { size } = await file.stat();
  const endOf = (entry: number): number => (entry + 1 < table.entries ? table.offset(entry + 1) : size);
  for (let place = 0; place < table.entries; ) {
    const first = table.entryAt(place);
    const start = table.offset(first);
    let count = 1;
    while (
      place + count < table.entries &&
      table.entryAt(place + count) === first + count &&
      endOf(first + count) - start <= RUN_BYTES
    ) {
      count++;
    }
    const block = await readBlock(file, start, endOf(first + count - 1));
    for (let entryNumber = first; entryNumber < first + count; entryNumber++) {
      const bytes = block.subarray(table.offset(entryNumber) - start, endOf(entryNumber) - start);
      yield { entry: parseEntry(bytes, name), entryNumber };
    }
    place += count;
  }
};
