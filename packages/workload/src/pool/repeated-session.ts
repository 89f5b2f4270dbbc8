import { createHash } from 'node:crypto';
import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { type DatasetRecord, isSessionRecord } from '@aibrix/schema';

const HASH_BYTES = 6;
const FIRST_CAPACITY = 1024;

/** Session ids as eight bytes each: enough to find out that one is there twice. */
export interface SessionIds {
  add(sessionId: string | number): void;
  /** Whether two of them are, in all likelihood, the same. */
  hasRepeated(): boolean;
}

export const createSessionIds = (): SessionIds => {
  let hashes = new Float64Array(FIRST_CAPACITY);
  let count = 0;
  return {
    add(sessionId) {
      if (count === hashes.length) {
        const larger = new Float64Array(count * 2);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[count++] = createHash('sha1').update(String(sessionId)).digest().readUIntBE(0, HASH_BYTES);
    },
    hasRepeated() {
      const sorted = hashes.subarray(0, count).toSorted();
      return sorted.some((hash, index) => index > 0 && hash === sorted[index - 1]);
    },
  };
};

/**
 * Refuses a dataset in which a session id is there twice: their conversations would become one. Reads it once more, to
 * say which.
 *
 * @throws BenchmarkError `input` with the place of the second
 */
export const refuseRepeatedSession = async (path: string, name: string): Promise<void> => {
  const seen = new Set<string>();
  for await (const { value, location } of readJsonlRecords<DatasetRecord>(path, { name })) {
    if (!isSessionRecord(value)) continue;
    const id = String(value.session_id);
    if (seen.has(id)) {
      throw new BenchmarkError('input', `session_id ${JSON.stringify(value.session_id)} is there twice`, {
        location,
        hint: 'Give each session an id of its own: turns of one id are one conversation.',
      });
    }
    seen.add(id);
  }
};
