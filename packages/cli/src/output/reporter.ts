import type { PanelLine, PanelSize } from './panel.js';

/** How commands tell what they do. Everything goes to stderr, so that stdout is free for data. */
export interface Reporter {
  /** A line that stays. */
  line(text: string): void;
  /** A line about something the reader should look at. */
  warn(text: string): void;
  /** A line of JSON for another program, which asked for it: nothing keeps it back. */
  json(record: unknown): void;
  /** Whether anybody sees a status: what is not shown need not be worked out. */
  readonly showsStatus: boolean;
  /**
   * What is going on right now; replaces the last status on a terminal, and is a plain line now and then elsewhere. A
   * terminal that has room shows the panel in its place.
   */
  status(text: string, panel?: (size: PanelSize) => readonly PanelLine[]): void;
  /** Takes the status away; call it before the program writes to the terminal itself. */
  clearStatus(): void;
}

/** Says nothing. */
export const silentReporter: Reporter = {
  showsStatus: false,
  line() {},
  warn() {},
  json() {},
  status() {},
  clearStatus() {},
};
