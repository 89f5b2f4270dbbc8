import type { RunRecord, Verdict } from '@aibrix/schema';

/** Worst first. What is known to be wrong is worse than what is not known. */
const SEVERITY: readonly Verdict[] = ['under-delivered', 'client-bound', 'unknown', 'valid'];

/**
 * One verdict for results from several runs: the worst one.
 *
 * @param filesWithoutRecord result files that have no run record beside them
 */
export const worstVerdict = (
  runs: readonly RunRecord[],
  filesWithoutRecord: number,
): { verdict: Verdict; reason: string } => {
  const unknown = {
    verdict: 'unknown' as const,
    reason:
      runs.length === 0
        ? 'No run record stands beside the results, so nothing is known about the client.'
        : `${filesWithoutRecord} of the result files have no run record beside them.`,
  };
  const verdicts = runs.map(({ verdict, verdict_reason }) => ({ verdict, reason: verdict_reason }));
  if (filesWithoutRecord > 0 || runs.length === 0) verdicts.push(unknown);
  for (const severity of SEVERITY) {
    const worst = verdicts.filter(({ verdict }) => verdict === severity);
    const [first] = worst;
    if (first) {
      const others = verdicts.length > 1 ? ` (${worst.length} of ${verdicts.length} runs: ${severity})` : '';
      return { verdict: severity, reason: `${first.reason}${others}` };
    }
  }
  return unknown;
};
