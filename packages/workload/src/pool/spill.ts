import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJsonl } from '@aibrix/core/jsonl';
import type { DatasetRecord } from '@aibrix/schema';

/** A file that lives as long as its reader. */
export interface SpilledFile {
  path: string;
  remove(): Promise<void>;
}

/** Puts records that can be read only once, or not by position, into a temporary JSONL file. */
export const spill = async (
  records: AsyncIterable<DatasetRecord>,
  options: { signal?: AbortSignal | undefined },
): Promise<SpilledFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'aibrix-prompts-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'dataset.jsonl');
  try {
    await writeJsonl(path, records, options);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
};
