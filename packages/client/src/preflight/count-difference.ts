import type { Manifest } from '@aibrix/schema';

/** How the lengths of a workload were counted, as its manifest says; null where it does not. */
export const countModeOf = (manifest: Manifest | null | undefined): 'prompt' | 'chat' | null =>
  manifest?.synthesis?.count_mode ?? null;

const tokens = (count: number): string => `${count} ${count === 1 ? 'token' : 'tokens'}`;

/** What it means that the server counts other tokens than the workload states; null when it does not. */
export const countDifference = (counts: {
  /** The server's `prompt_tokens`. */
  counted: number;
  /** The workload's `prompt_length`. */
  stated: number;
  countMode: 'prompt' | 'chat' | null;
}): string | null => {
  const { counted, stated, countMode } = counts;
  const difference = counted - stated;
  if (difference === 0) return null;
  const amount = `${tokens(Math.abs(difference))} ${difference > 0 ? 'more' : 'fewer'} than the workload states (${counted} instead of ${stated})`;
  if (countMode === 'chat') {
    return `the server counts ${amount}: it has another chat template or tokenizer than the workload was made with`;
  }
  if (difference < 0) return `the server counts ${amount}: it has another tokenizer than the workload was made with`;
  const cause = countMode === 'prompt' ? 'its chat template' : 'its chat template, or another tokenizer';
  return `the server counts ${amount}: ${cause}; make the workload with count_mode chat to be exact`;
};
