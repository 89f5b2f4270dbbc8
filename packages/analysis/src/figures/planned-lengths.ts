import { createQuantileSketch } from '@aibrix/metrics';
import type { LengthComparison } from '../report.js';
import { distributionOf } from './distribution.js';

/** Compares lengths as they were planned with lengths as the server counted them. */
export const createLengthComparison = () => {
  const differences = createQuantileSketch();
  const counts = { compared: 0, shorter: 0, equal: 0, longer: 0, planned_tokens: 0, obtained_tokens: 0 };
  return {
    /** Left out unless both are known. */
    add(planned: number | null, obtained: number | null): void {
      if (planned === null || obtained === null) return;
      counts.compared++;
      counts.planned_tokens += planned;
      counts.obtained_tokens += obtained;
      if (obtained < planned) counts.shorter++;
      else if (obtained > planned) counts.longer++;
      else counts.equal++;
      differences.add(obtained - planned);
    },
    report: (): LengthComparison => ({ ...counts, difference_tokens: distributionOf(differences) }),
  };
};

export type LengthTally = ReturnType<typeof createLengthComparison>;
