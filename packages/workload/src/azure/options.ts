import { z } from 'zod';
import type { LengthMode } from '../requests/request-maker.js';

/** Options of `azure`. */
export interface AzureOptions {
  /** The CSV file of the trace (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  tracePath: string;
  /** Decides wording and choice of prompts, not times or lengths. Default 0. */
  seed?: number | string | undefined;
  /** Rows from this time on are left out; null takes the whole trace. Default null. */
  durationMs?: number | null | undefined;
  /**
   * `match` (the default) pairs each row with a prompt of a dataset of about the same lengths, `exact` makes a prompt of
   * exactly the row's tokens.
   */
  lengthMode?: LengthMode | undefined;
}

/** The options with defaults filled in. */
export interface AzureSettings {
  tracePath: string;
  seed: number | string;
  durationMs: number | null;
  lengthMode: LengthMode;
}

/** Checks the options of `azure` and fills in defaults. */
export const azureOptionsSchema: z.ZodType<AzureSettings, AzureOptions> = z.strictObject({
  tracePath: z.string().min(1, 'must name a file'),
  seed: z.union([z.number(), z.string()]).default(0),
  durationMs: z.number().positive('must be above 0').nullable().default(null),
  lengthMode: z.enum(['match', 'exact']).default('match'),
});
