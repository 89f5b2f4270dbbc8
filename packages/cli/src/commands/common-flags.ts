import { type Command, Option } from 'commander';
import { seed } from './flag-values.js';

/** Flags that every command has. */
export interface CommonFlags {
  seed?: number | string | undefined;
  quiet?: boolean | undefined;
  logLevel: 'error' | 'warn' | 'info';
  json?: boolean | undefined;
}

/** Adds them. */
export const addCommonFlags = (command: Command): Command =>
  command
    .option('--seed <n>', 'same seed, same bytes (default 0)', seed)
    .option('--json', 'print a machine-readable summary on stdout')
    .option('--quiet', 'no progress and no notes')
    .addOption(
      new Option('--log-level <level>', 'what is told on stderr').choices(['error', 'warn', 'info']).default('info'),
    );
