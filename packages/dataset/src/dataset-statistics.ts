import { type DatasetRecord, isSessionRecord } from '@aibrix/schema';
import { createRunningMoments } from './running-moments.js';

/** Figures of the records of a dataset; null where nothing states any. */
export interface DatasetStatistics {
  prompts: number;
  sessions: number;
  /** Mean prompts of a session. */
  turns_mean: number | null;
  /** Lengths in tokens, as the records state them. */
  prompt_tokens: {
    /** Prompts that state their length. */
    prompts: number;
    total: number | null;
    mean: number | null;
    /** Of a sample (n − 1). */
    std: number | null;
    min: number | null;
    max: number | null;
  };
}

/** Collects the figures of a dataset from its records as they pass. */
export const collectDatasetStatistics = (): {
  add(record: DatasetRecord): void;
  result(): DatasetStatistics;
} => {
  const lengths = createRunningMoments();
  let prompts = 0;
  let sessions = 0;
  let sessionPrompts = 0;
  return {
    add(record) {
      if (!isSessionRecord(record)) {
        prompts++;
        if (record.token_count != null) lengths.add(record.token_count);
        return;
      }
      sessions++;
      sessionPrompts += record.prompts.length;
      prompts += record.prompts.length;
      for (const length of record.prompt_lengths ?? []) lengths.add(length);
    },
    result: () => ({
      prompts,
      sessions,
      turns_mean: sessions === 0 ? null : sessionPrompts / sessions,
      prompt_tokens: {
        prompts: lengths.count,
        total: lengths.sum,
        mean: lengths.mean,
        std: lengths.std,
        min: lengths.min,
        max: lengths.max,
      },
    }),
  };
};
