import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadInput } from './workload-input.js';

/** @throws BenchmarkError `usage` when there is nothing to work on */
export const requireInputs = (generator: string, inputs: readonly WorkloadInput[]): void => {
  if (inputs.length === 0) throw new BenchmarkError('usage', `${generator}: at least one input is needed`);
};
