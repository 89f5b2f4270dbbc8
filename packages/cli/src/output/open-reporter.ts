import type { Clock } from '@aibrix/core/clock';
import type { CommonFlags } from '../commands/common-flags.js';
import type { Reporter } from './reporter.js';
import { terminalReporter } from './terminal-reporter.js';

/** The reporter that the common flags ask for, on stderr. */
export const openReporter = (flags: CommonFlags, clock: Clock): Reporter => {
  const isQuiet = flags.quiet === true || flags.logLevel !== 'info';
  const reporter = terminalReporter({ stream: process.stderr, clock, isQuiet, terminal: process.env.TERM });
  return flags.logLevel === 'error' ? { ...reporter, warn: () => {} } : reporter;
};
