/** How commands tell what they do. Everything goes to stderr, so that stdout is free for data. */
export interface Reporter {
  /** A line that stays. */
  line(text: string): void;
  /** A line about something the reader should look at. */
  warn(text: string): void;
  /** Whether anybody sees a status: what is not shown need not be worked out. */
  readonly showsStatus: boolean;
  /** What is going on right now; replaces the last status on a terminal, and is a plain line now and then elsewhere. */
  status(text: string): void;
  /** Takes the status away; call it before the program writes to the terminal itself. */
  clearStatus(): void;
}

/** Says nothing. */
export const silentReporter: Reporter = { showsStatus: false, line() {}, warn() {}, status() {}, clearStatus() {} };
