import { BenchmarkError } from '@aibrix/core/errors';
import { type GeneratedWorkload, type Mix, mixRequests, parseMix, zipfMix } from '@aibrix/workload';

/** Models and users that requests are spread over. */
export interface MixSettings {
  /** Models with weights: `base=3,lora-a=1`. */
  models?: string | undefined;
  /** Users with weights. */
  users?: string | undefined;
  /** So many users, named `user-0` and up, in place of a list. */
  userCount?: number | undefined;
  /** Exponent of Zipf's law for these. Default 1. */
  userSkew?: number | undefined;
  seed: number | string;
}

const usersOf = ({ users, userCount, userSkew }: MixSettings): Mix | undefined => {
  if (users !== undefined && userCount !== undefined) {
    throw new BenchmarkError('usage', 'a list of users and a number of users are given', { hint: 'Give one of them.' });
  }
  if (userSkew !== undefined && userCount === undefined) {
    throw new BenchmarkError('usage', 'a skew of users is given, and no number of users', {
      hint: 'Add --users N (key users), or leave the skew away.',
    });
  }
  if (users !== undefined) return parseMix(users);
  if (userCount === undefined) return undefined;
  return zipfMix({ count: userCount, prefix: 'user-', exponent: userSkew ?? 1 });
};

/** The workload with models and users in its requests, where any are asked for. */
export const withMix = (workload: GeneratedWorkload, settings: MixSettings | undefined): GeneratedWorkload => {
  const models = settings?.models === undefined ? undefined : parseMix(settings.models);
  const users = settings && usersOf(settings);
  if (!settings || (!models && !users)) return workload;
  const mixed = mixRequests(workload, { models, users, seed: settings.seed });
  return {
    // It is still what it was: the mix is one of its options.
    get origin() {
      const { inputs: _, ...mix } = mixed.origin.options;
      const { origin } = workload;
      return { ...origin, options: { ...origin.options, mix: { ...mix, seed: settings.seed } } };
    },
    findings() {
      const own = workload.findings?.() ?? { statistics: {}, notes: [] };
      const found = mixed.findings?.() ?? { statistics: {}, notes: [] };
      const { inputs: _, ...statistics } = found.statistics;
      return { statistics: { ...own.statistics, ...statistics }, notes: [...new Set([...own.notes, ...found.notes])] };
    },
    [Symbol.asyncIterator]: () => mixed[Symbol.asyncIterator](),
  };
};
