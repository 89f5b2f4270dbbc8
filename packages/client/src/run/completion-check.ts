import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadRequest } from '@aibrix/schema';
import type { RunSettings } from '../options.js';

/** Finds turns that need the recorded answer of one before them, which has none. */
export const createCompletionCheck = (
  history: RunSettings['history'],
): ((request: WorkloadRequest, where: string) => void) => {
  if (history === 'live') return () => {};
  const unanswered = new Set<string | number>();
  return ({ session_id: session, parents, completion }, where) => {
    if (session == null || parents != null) return;
    if (unanswered.has(session)) {
      throw new BenchmarkError(
        'input',
        `${where}: a turn before it in session ${JSON.stringify(session)} has no "completion" to put into the conversation`,
        { hint: 'Use a workload with recorded answers, or history live.' },
      );
    }
    if (completion == null) unanswered.add(session);
  };
};
