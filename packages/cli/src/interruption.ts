import type { Clock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import type { Reporter } from './output/reporter.js';

/** What a person's Ctrl-C, or a termination signal, asks for. */
export interface Interruption {
  /** Aborts on the first: send nothing new, let what is under way end. */
  drainSignal: AbortSignal;
  /** Aborts on the second: end now. */
  signal: AbortSignal;
  /** The work is done: what still keeps the process alive may be killed. */
  ended(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const REPEATED_WITHIN_MS = 500;

/**
 * Ends the process by the signal itself, as a shell expects it. `process.exit` would wait for a write that a disk or a
 * pipe never ends.
 */
const die = (name: NodeJS.Signals): void => {
  process.removeAllListeners(name);
  process.kill(process.pid, name);
};

/**
 * Listens for SIGINT and SIGTERM until the process ends: the first drains, the second ends, a third kills the process.
 */
export const listenForInterruption = (reporter: Reporter, clock: Clock): Interruption => {
  const drain = new AbortController();
  const end = new AbortController();
  let lastMs = Number.NEGATIVE_INFINITY;
  let hasEnded = false;
  const onSignal = (name: NodeJS.Signals): void => {
    // A signal to a group of processes comes once directly and once more from each that passes it on.
    const isRepeated = clock.now() - lastMs < REPEATED_WITHIN_MS;
    lastMs = clock.now();
    if (isRepeated) return;
    reporter.clearStatus();
    if (hasEnded) {
      die(name);
    } else if (!drain.signal.aborted) {
      reporter.warn('interrupted: finishing what is under way; once more to end it now');
      drain.abort(new BenchmarkError('aborted', 'interrupted'));
    } else if (!end.signal.aborted) {
      reporter.warn('interrupted again: ending now');
      end.abort(new BenchmarkError('aborted', 'interrupted'));
    } else {
      die(name);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  const ended = (): void => {
    hasEnded = true;
  };
  return { drainSignal: drain.signal, signal: end.signal, ended };
};

/** Resolves on the first SIGINT or SIGTERM: for what runs until it is told to stop. */
export const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of SIGNALS) process.once(name, () => resolve());
  });
