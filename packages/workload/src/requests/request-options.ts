import { z } from 'zod';
import type { LengthMode } from './request-maker.js';

/** Options of every kind whose requests have a prompt of some length each. */
export interface RequestOptions {
  /** Same seed, same bytes. Default 0. */
  seed?: number | string | undefined;
  /** `match` (the default) chooses prompts of a dataset, `exact` makes them of exactly the tokens wanted. */
  lengthMode?: LengthMode | undefined;
  /** False leaves texts out: lengths alone, for statistics and planning; such a workload cannot be sent. Default true. */
  withText?: boolean | undefined;
  /**
   * Whether the manifest says what a prefix cache would find, as far as prompts are known by their tokens. It costs at most 13
   * bytes a different block of 16 tokens. Default true.
   */
  cacheFigures?: boolean | undefined;
  /** Ends after this many requests; null: no limit. Default null. */
  maxRequests?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface RequestSettings {
  seed: number | string;
  lengthMode: LengthMode;
  withText: boolean;
  cacheFigures: boolean;
  maxRequests: number | null;
}

/** The fields of a schema for these. */
export const requestOptionsShape: {
  seed: z.ZodDefault<z.ZodUnion<readonly [z.ZodNumber, z.ZodString]>>;
  lengthMode: z.ZodDefault<z.ZodEnum<{ match: 'match'; exact: 'exact' }>>;
  withText: z.ZodDefault<z.ZodBoolean>;
  cacheFigures: z.ZodDefault<z.ZodBoolean>;
  maxRequests: z.ZodDefault<z.ZodNullable<z.ZodInt>>;
} = {
  seed: z.union([z.number(), z.string()]).default(0),
  lengthMode: z.enum(['match', 'exact']).default('match'),
  withText: z.boolean().default(true),
  cacheFigures: z.boolean().default(true),
  maxRequests: z.int('must be a whole number').min(1, 'must be at least 1').nullable().default(null),
};
