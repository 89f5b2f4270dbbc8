import { z } from 'zod';

/** Prompts that share prefixes in one way. */
export interface SharedMix {
  /** Mean tokens of a prompt, its shared part included. */
  promptTokensMean: number;
  /** Standard deviation of that, in tokens. Default 0. */
  promptTokensStd?: number | undefined;
  /** Mean share of a prompt's tokens that is the prefix, from 0 to 1. */
  sharedProportion: number;
  /** Standard deviation of that. Default 0. */
  sharedProportionStd?: number | undefined;
  /** Prompts that share each prefix. */
  samplesPerPrefix: number;
  /** Prefixes of this mix. Default 1. */
  prefixes?: number | undefined;
}

/** Options of `syntheticShared`. */
export interface SyntheticSharedOptions {
  /** Same seed, same bytes. Default 0. */
  seed?: number | string | undefined;
  /** Default: the three mixes of the Python tool's config. */
  mixes?: SharedMix[] | undefined;
  /** Whether prompts come in a seeded random order (4 bytes of memory a prompt), not mix by mix. Default false. */
  randomizeOrder?: boolean | undefined;
  /** What the dataset is called in its statistics, as `app_name`. Default: nothing. */
  appName?: string | undefined;
}

/** A mix with defaults filled in. */
export type SharedMixSettings = { [Key in keyof SharedMix]-?: number };

/** The options with defaults filled in. */
export interface SyntheticSharedSettings {
  seed: number | string;
  mixes: SharedMixSettings[];
  randomizeOrder: boolean;
  appName?: string | undefined;
}

const std = z.number().nonnegative('must not be negative').default(0);
/** Enough for any dataset, and what memory can index. */
const MAX_COUNT = 100_000_000;
const count = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MAX_COUNT, `must be at most ${MAX_COUNT}`);

/** Checks one mix and fills in defaults. */
export const sharedMixSchema: z.ZodType<SharedMixSettings, SharedMix> = z.strictObject({
  promptTokensMean: z.number().min(1, 'must be at least 1 token'),
  promptTokensStd: std,
  sharedProportion: z.number().min(0, 'must lie between 0 and 1').max(1, 'must lie between 0 and 1'),
  sharedProportionStd: std,
  samplesPerPrefix: count,
  prefixes: count.default(1),
});

const defaultMixes: SharedMixSettings[] = [
  {
    promptTokensMean: 3997,
    promptTokensStd: 17,
    sharedProportion: 0.95,
    sharedProportionStd: 0.00001,
    samplesPerPrefix: 12,
    prefixes: 1,
  },
  {
    promptTokensMean: 5868,
    promptTokensStd: 28,
    sharedProportion: 0.97,
    sharedProportionStd: 0.00001,
    samplesPerPrefix: 8,
    prefixes: 1,
  },
  {
    promptTokensMean: 2617,
    promptTokensStd: 1338,
    sharedProportion: 0.03,
    sharedProportionStd: 0.00001,
    samplesPerPrefix: 79,
    prefixes: 1,
  },
];

/** Checks the options of `syntheticShared` and fills in defaults. */
export const syntheticSharedOptionsSchema: z.ZodType<SyntheticSharedSettings, SyntheticSharedOptions> = z.strictObject({
  seed: z.union([z.number(), z.string()]).default(0),
  mixes: z.array(sharedMixSchema).min(1, 'must hold at least one mix').default(defaultMixes),
  randomizeOrder: z.boolean().default(false),
  appName: z.string().min(1, 'must not be empty').optional(),
});
