import type { PromptSession } from '@aibrix/schema';

/** A prompt of a session and what is known of its answer. */
export interface RecordedTurn {
  prompt: string;
  /** Tokens of `prompt`; null where nothing tells. */
  promptTokens: number | null;
  /** Null where none is recorded. */
  completion: string | null;
  /** Tokens of `completion`, or of the answer to ask for; null where nothing tells. */
  completionTokens: number | null;
}

const allKnown = (lengths: (number | null)[]): lengths is number[] => !lengths.includes(null);

/**
 * A session record of turns that were recorded one by one. Answers are kept up to the first turn without one, since
 * `completions[i]` answers `prompts[i]`; prompt lengths are stated when all are known.
 *
 * @param turns at least one, in order
 */
export const recordedSession = (
  sessionId: string | number,
  system: string | undefined,
  turns: readonly RecordedTurn[],
): PromptSession => {
  const completions: string[] = [];
  for (const { completion } of turns) {
    if (completion === null) break;
    completions.push(completion);
  }
  const promptLengths = turns.map(({ promptTokens }) => promptTokens);
  const outputLengths = turns.map(({ completionTokens }) => completionTokens);
  return {
    session_id: sessionId,
    ...(system !== undefined && { system }),
    prompts: turns.map(({ prompt }) => prompt),
    ...(completions.length > 0 && { completions }),
    ...(allKnown(promptLengths) && { prompt_lengths: promptLengths }),
    ...(outputLengths.some((length) => length !== null) && { output_lengths: outputLengths }),
  };
};

/** Recorded answers that `recordedSession` leaves out. */
export const answersBehindGap = (turns: readonly RecordedTurn[]): number => {
  const gap = turns.findIndex(({ completion }) => completion === null);
  return gap === -1 ? 0 : turns.slice(gap).filter(({ completion }) => completion !== null).length;
};
