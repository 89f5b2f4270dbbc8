import type { Clock } from '@aibrix/core/clock';
import type { Reporter } from '../output/reporter.js';

/** What every stage of a pipeline shares. */
export interface Context {
  reporter: Reporter;
  clock: Clock;
  environment: Readonly<Record<string, string | undefined>>;
  /** The first wish to stop: generators end, and a run sends nothing new. */
  drainSignal: AbortSignal | undefined;
  /** The second: everything ends now. */
  signal: AbortSignal | undefined;
}
