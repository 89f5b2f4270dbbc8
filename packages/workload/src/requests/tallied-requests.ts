import type { RequestMaker } from './request-maker.js';
import { createTargetTally } from './target-tally.js';

/** The same requests, and in the findings what lengths were asked for. */
export const talliedRequests = (maker: RequestMaker): RequestMaker => {
  const targets = createTargetTally();
  return {
    next(target) {
      targets.add(target);
      return maker.next(target);
    },
    findings() {
      const { statistics, notes } = maker.findings();
      return { statistics: { ...targets.statistics(), ...statistics }, notes };
    },
  };
};
