import { type DatasetRecord, isSessionRecord } from '@aibrix/schema';
import { createRunningMoments, type RunningMoments } from './running-moments.js';

/** Figures of lengths in tokens, as the records state them. */
export interface LengthStatistics {
  total: number | null;
  mean: number | null;
  /** Of a sample (n − 1). */
  std: number | null;
  min: number | null;
  max: number | null;
}

/** Figures of the records of a dataset; null where nothing states any. */
export interface DatasetStatistics {
  prompts: number;
  sessions: number;
  /** Mean prompts of a session. */
  turns_mean: number | null;
  prompt_tokens: LengthStatistics & {
    /** Prompts that state their length. */
    prompts: number;
  };
  /** Of recorded answers, or of those to ask for. */
  output_tokens: LengthStatistics & {
    /** Answers that state their length. */
    answers: number;
  };
}

const figuresOf = ({ sum, mean, std, min, max }: RunningMoments): LengthStatistics => ({
  total: sum,
  mean,
  std,
  min,
  max,
});

/** Collects the figures of a dataset from its records as they pass. */
export const collectDatasetStatistics = (): {
  add(record: DatasetRecord): void;
  result(): DatasetStatistics;
} => {
  const prompts = createRunningMoments();
  const answers = createRunningMoments();
  let promptCount = 0;
  let sessions = 0;
  let sessionPrompts = 0;
  const addTo = (lengths: RunningMoments, length: number | null | undefined): void => {
    if (length != null) lengths.add(length);
  };
  return {
    add(record) {
      if (!isSessionRecord(record)) {
        promptCount++;
        addTo(prompts, record.token_count);
        addTo(answers, record.completion_tokens);
        return;
      }
      sessions++;
      sessionPrompts += record.prompts.length;
      promptCount += record.prompts.length;
      for (const length of record.prompt_lengths ?? []) addTo(prompts, length);
      for (const length of record.output_lengths ?? []) addTo(answers, length);
    },
    result: () => ({
      prompts: promptCount,
      sessions,
      turns_mean: sessions === 0 ? null : sessionPrompts / sessions,
      prompt_tokens: { prompts: prompts.count, ...figuresOf(prompts) },
      output_tokens: { answers: answers.count, ...figuresOf(answers) },
    }),
  };
};
