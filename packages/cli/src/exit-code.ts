import { BenchmarkError, type BenchmarkErrorCode } from '@aibrix/core/errors';
import type { RunRecord, Verdict } from '@aibrix/schema';

/** What the process says when it ends. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notValid: 4,
  interrupted: 130,
} as const;

/** A missing file is a wrong path in a flag or a config, hence usage; a file with bad content is a failure. */
const EXIT_OF: Record<BenchmarkErrorCode, number> = {
  usage: EXIT.usage,
  config: EXIT.usage,
  'not-built': EXIT.usage,
  'file-not-found': EXIT.usage,
  input: EXIT.failed,
  output: EXIT.failed,
  tokenizer: EXIT.failed,
  endpoint: EXIT.failed,
  worker: EXIT.failed,
  aborted: EXIT.interrupted,
};

export const exitCodeOfError = (error: unknown): number =>
  BenchmarkError.is(error) ? EXIT_OF[error.code] : EXIT.failed;

/**
 * The exit code of a run or an analysis that came to its end. A verdict of `unknown` is no accusation; a run in which
 * nothing succeeded has measured nothing.
 */
export const exitCodeOfRun = (outcome: {
  verdict: Verdict;
  endedEarly: RunRecord['ended_early'];
  succeeded: number;
}): number => {
  const { verdict, endedEarly, succeeded } = outcome;
  if (endedEarly === 'interrupted') return EXIT.interrupted;
  if (succeeded === 0) return EXIT.failed;
  return verdict === 'valid' || verdict === 'unknown' ? EXIT.done : EXIT.notValid;
};
