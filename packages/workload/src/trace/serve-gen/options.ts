import { z } from 'zod';

/** Options of `serveGenClients`. */
export interface ServeGenOptions {
  /** The folder with the clients' files, all of which are read. This or `paths`. */
  folder?: string | undefined;
  /** Files `chunk-<n>-trace.csv` of the clients wanted; each has its `chunk-<n>-dataset.json` beside it. */
  paths?: string[] | undefined;
  /** Same seed, same trace. Default 0. */
  seed?: number | string | undefined;
  /**
   * Mean rate of all clients together, in requests per second, over the span that is drawn: each rate is multiplied by the
   * same factor, so that shares and changes stay. Null: as in the files. Default null.
   */
  rate?: number | null | undefined;
  /** Start of the span in the clients' time, which becomes 0. The published files cover a week from a midnight. Default 0. */
  fromMs?: number | undefined;
  /** Length of the span; null: to the end of the files. Default null. */
  durationMs?: number | null | undefined;
  /**
   * Correlation of input and output length, from −1 to 1, as that of a Gaussian copula: the two normal variates that lie
   * behind them. The files do not tell it. 0 draws them independently. Default 0.
   */
  copulaCorrelation?: number | undefined;
}

/** The options with defaults filled in. */
export interface ServeGenSettings {
  folder?: string | undefined;
  paths?: string[] | undefined;
  seed: number | string;
  rate: number | null;
  fromMs: number;
  durationMs: number | null;
  copulaCorrelation: number;
}

const path = (): z.ZodString => z.string().min(1, 'must not be empty');

/** Checks the options of `serveGenClients` and fills in defaults. */
export const serveGenOptionsSchema: z.ZodType<ServeGenSettings, ServeGenOptions> = z
  .strictObject({
    folder: path().optional(),
    paths: z.array(path()).min(1, 'must name at least one file').optional(),
    seed: z.union([z.number(), z.string()]).default(0),
    rate: z.number().positive('must be above 0').max(1e9, 'must be at most 1e9').nullable().default(null),
    fromMs: z.number().nonnegative('must not be negative').default(0),
    durationMs: z.number().positive('must be above 0').nullable().default(null),
    copulaCorrelation: z.number().min(-1, 'must be at least -1').max(1, 'must be at most 1').default(0),
  })
  .refine(({ folder, paths }) => (folder === undefined) !== (paths === undefined), {
    path: ['folder'],
    message: 'give either a folder or paths',
  });
