import { z } from 'zod';

/** Options of `sharegpt`. */
export interface ShareGptOptions {
  /** A file in the ShareGPT form: one JSON array of conversations, or one a line. `.gz` and `.zst` are decompressed; `-` is stdin. */
  path: string;
  /** Stop after this many sessions; the rest of the file is not read. Null takes all. Default null. */
  maxSessions?: number | null | undefined;
  /** Keep only this many first prompts of a conversation, with their answers. Null keeps all. Default null. */
  maxTurns?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface ShareGptSettings {
  path: string;
  maxSessions: number | null;
  maxTurns: number | null;
}

const limit = () => z.int('must be a whole number').min(1, 'must be at least 1').nullable().default(null);

/** Checks the options of `sharegpt` and fills in defaults. */
export const shareGptOptionsSchema: z.ZodType<ShareGptSettings, ShareGptOptions> = z.strictObject({
  path: z.string().min(1, 'must name a file'),
  maxSessions: limit(),
  maxTurns: limit(),
});
