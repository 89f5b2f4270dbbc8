import { styleText } from 'node:util';
import type { Clock } from '@aibrix/core/clock';
import { printable } from './printable.js';
import type { Reporter } from './reporter.js';

export interface TerminalReporterOptions {
  stream: NodeJS.WriteStream;
  clock: Clock;
  /** Errors and warnings only. */
  isQuiet: boolean;
}

/** Without a terminal a status is written this often, in milliseconds. */
const PLAIN_STATUS_INTERVAL_MS = 5000;
const CLEAR_LINE = '\r\u001b[2K';

/** Writes to a terminal with one live line, or to a pipe in plain lines. */
export const terminalReporter = (options: TerminalReporterOptions): Reporter => {
  const { stream, clock, isQuiet } = options;
  const isTerminal = Boolean(stream.isTTY);
  // A warning of the run comes again as a note of its report.
  const warned = new Set<string>();
  let hasStatus = false;
  let lastPlainMs = Number.NEGATIVE_INFINITY;

  const clearStatus = (): void => {
    if (hasStatus) stream.write(CLEAR_LINE);
    hasStatus = false;
  };
  const write = (text: string): void => {
    clearStatus();
    stream.write(`${text}\n`);
  };
  return {
    showsStatus: !isQuiet,
    clearStatus,
    line(text) {
      if (!isQuiet) write(text);
    },
    warn(text) {
      if (warned.has(text)) return;
      warned.add(text);
      write(`${styleText('yellow', 'warning', { stream })} ${printable(text)}`);
    },
    status(text) {
      if (isQuiet) return;
      if (isTerminal) {
        stream.write(CLEAR_LINE + text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
        hasStatus = true;
      } else if (clock.now() - lastPlainMs >= PLAIN_STATUS_INTERVAL_MS) {
        lastPlainMs = clock.now();
        stream.write(`${text}\n`);
      }
    },
  };
};
