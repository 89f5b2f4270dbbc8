/** Lengths that a request should have, in tokens; null where any will do. */
export interface TargetLengths {
  promptTokens: number | null;
  outputTokens: number | null;
}

/** Tolerance is widened by this many percentage points at a time, up to 100 %. */
const STEP_PERCENT = 5;
const MAX_PERCENT = 100;

/** How far `length` lies from `target`, as a share of it (of one token at least); 0 where one of them is not known. */
export const relativeDistance = (length: number | null, target: number | null): number =>
  length === null || target === null ? 0 : Math.abs(length - target) / Math.max(1, target);

/** How far lengths lie from their targets in all: what "nearest" means. */
export const distanceToTarget = (
  promptTokens: number,
  outputTokens: number | null,
  { promptTokens: targetPrompt, outputTokens: targetOutput }: TargetLengths,
): number => relativeDistance(promptTokens, targetPrompt) + relativeDistance(outputTokens, targetOutput);

const isWithin = (length: number | null, target: number | null, percent: number): boolean =>
  length === null || target === null || Math.abs(length - target) * 100 <= percent * target;

/** Whether both lengths lie within ±`percent` of their targets. A length that is not known matches anything. */
export const matchesTarget = (
  promptTokens: number,
  outputTokens: number | null,
  target: TargetLengths,
  percent: number,
): boolean =>
  isWithin(promptTokens, target.promptTokens, percent) && isWithin(outputTokens, target.outputTokens, percent);

/** The tolerances in the order in which they are tried: from `percent` by 5 points up to 100 %. */
export const tolerances = (percent: number): number[] => {
  const steps: number[] = [];
  for (let step = percent; step < MAX_PERCENT; step += STEP_PERCENT) steps.push(step);
  return [...steps, MAX_PERCENT];
};
