import { styleText } from 'node:util';
import type { Clock } from '@aibrix/core/clock';
import { cutLine, type PanelLine, paintLine } from './panel.js';
import { printable } from './printable.js';
import type { Reporter } from './reporter.js';

export interface TerminalReporterOptions {
  stream: NodeJS.WriteStream;
  clock: Clock;
  /** Errors and warnings only. */
  isQuiet: boolean;
  /** What the terminal is, as `TERM` says: a `dumb` one cannot go back over what it has shown. */
  terminal?: string | undefined;
}

/** Without a terminal a status is written this often, in milliseconds. */
const PLAIN_STATUS_INTERVAL_MS = 5000;
/** From the cursor to the end of the screen. */
const CLEAR_BELOW = '\u001b[J';
const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 20;

/** Back to the beginning of the first of so many rows. */
const toFirstOf = (rows: number): string => `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}`;

const widthOf = (line: PanelLine): number => line.reduce((sum, { text }) => sum + text.length, 0);

/** Writes to a terminal with a live status of one or more lines, or to a pipe in plain lines. */
export const terminalReporter = (options: TerminalReporterOptions): Reporter => {
  const { stream, clock, isQuiet } = options;
  const isTerminal = Boolean(stream.isTTY) && options.terminal !== 'dumb';
  // A warning of the run comes again as a note of its report.
  const warned = new Set<string>();
  /** Widths of the lines that stand on the screen, for as long as they do. */
  let drawn: number[] = [];
  let lastPlainMs = Number.NEGATIVE_INFINITY;

  const columns = (): number => Math.max(MIN_COLUMNS, (stream.columns ?? DEFAULT_COLUMNS) - 1);
  /** What takes the status away. A terminal that was made narrower has broken its lines. */
  const erasure = (): string => {
    const width = columns() + 1;
    const rows = drawn.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / width)), 0);
    return rows === 0 ? '' : toFirstOf(rows) + CLEAR_BELOW;
  };
  const clearStatus = (): void => {
    if (drawn.length > 0) stream.write(erasure());
    drawn = [];
  };
  const write = (text: string): void => {
    clearStatus();
    stream.write(`${text}\n`);
  };
  const draw = (lines: readonly PanelLine[]): void => {
    // In one write, so that no terminal shows it half.
    stream.write(erasure() + lines.map((line) => paintLine(line, stream)).join('\n'));
    drawn = lines.map(widthOf);
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
    json(record) {
      write(JSON.stringify(record));
    },
    status(text, panel) {
      if (isQuiet) return;
      if (isTerminal) {
        const lines = panel?.({ columns: columns() }) ?? [];
        const hasRoom = lines.length > 0 && lines.length < (stream.rows ?? 24);
        draw(hasRoom ? lines : [cutLine([{ text }], columns())]);
      } else if (clock.now() - lastPlainMs >= PLAIN_STATUS_INTERVAL_MS) {
        lastPlainMs = clock.now();
        stream.write(`${text}\n`);
      }
    },
  };
};
