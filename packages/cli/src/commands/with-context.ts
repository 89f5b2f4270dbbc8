import { createRealClock } from '@aibrix/core/clock';
import { listenForInterruption } from '../interruption.js';
import { openReporter } from '../output/open-reporter.js';
import type { Context } from '../pipeline/context.js';
import type { CommonFlags } from './common-flags.js';

/** Runs a command's work with a reporter and with Ctrl-C in hand; what it returns is the exit code. */
export const withContext = async (flags: CommonFlags, work: (context: Context) => Promise<number>): Promise<void> => {
  const clock = createRealClock();
  const environment = process.env;
  const reporter = openReporter(flags, clock);
  const { drainSignal, signal, ended } = listenForInterruption(reporter, clock);
  try {
    process.exitCode = await work({ reporter, clock, environment, drainSignal, signal });
  } finally {
    ended();
    reporter.clearStatus();
  }
};

/** Prints a summary for machines on stdout. */
export const printJson = (summary: unknown): void => {
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
};
