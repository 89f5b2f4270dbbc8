import { createRandom, normal } from '@aibrix/core/random';
import type { TargetLengths } from '../matching/target-lengths.js';
import { type LengthModel, lengthModel } from './length-model.js';
import { createLengthTally, type LengthReport } from './length-tally.js';
import type { LengthStatistic, StatStep } from './stat-steps.js';
import { waveAt } from './wave.js';

/** Draws the lengths of requests, one after another. */
export interface StatLengths {
  /**
   * Lengths of the next request; null where the export says nothing of them.
   *
   * @throws RangeError for a time in a step before that of the last request
   */
  lengthsAt(timeMs: number): TargetLengths;
  /** How the lengths so far came out; null where the export says nothing of them. */
  report(): { prompt: LengthReport | null; output: LengthReport | null };
}

/** Draws lengths of one kind. */
const lengthDraws = (
  steps: readonly StatStep[],
  { role, scale, seed }: { role: 'prompt' | 'output'; scale: number; seed: number | string },
): { draw(step: StatStep, timeMs: number): number | null; report(): LengthReport | null } => {
  if (steps.every((step) => step[role] === null)) return { draw: () => null, report: () => null };
  const drawVariate = normal(createRandom(seed, `stat/${role}-lengths`), 0, 1);
  const tally = createLengthTally();
  let statistic: LengthStatistic | null = null;
  let model: LengthModel | undefined;
  return {
    draw(step, timeMs) {
      // One draw a request whatever the step is like: a change of the export in one step leaves those after it as they were.
      const variate = drawVariate();
      if (step[role] === null) return null;
      if (!model || statistic !== step[role]) model = lengthModel(step[role], scale);
      statistic = step[role];
      const tokens = model.tokens(variate, waveAt(timeMs, step));
      tally.add(tokens, step, model.figures);
      return tokens;
    },
    report: () => tally.report(),
  };
};

/**
 * Lengths for requests that come in order of time, drawn from what the export says of the step. Prompt and output lengths
 * have streams of their own.
 *
 * @param options.inputScale divides prompt lengths
 * @param options.outputScale divides output lengths
 */
export const createStatLengths = (
  steps: readonly StatStep[],
  options: { seed: number | string; inputScale: number; outputScale: number },
): StatLengths => {
  const { seed, inputScale, outputScale } = options;
  const prompt = lengthDraws(steps, { role: 'prompt', scale: inputScale, seed });
  const output = lengthDraws(steps, { role: 'output', scale: outputScale, seed });
  let index = 0;
  return {
    lengthsAt(timeMs) {
      for (let next = steps[index + 1]; next && next.timeMs <= timeMs; next = steps[index + 1]) index++;
      const step = steps[index];
      if (!step || timeMs < step.timeMs) {
        throw new RangeError(`requests must come in order of time: ${timeMs} ms lies before the current step`);
      }
      return { promptTokens: prompt.draw(step, timeMs), outputTokens: output.draw(step, timeMs) };
    },
    report: () => ({ prompt: prompt.report(), output: output.report() }),
  };
};
