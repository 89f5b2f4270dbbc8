import { z } from 'zod';
import { SCHEMA_VERSION } from './schema-version.js';

/** Which tokenizer counted: enough to find the same one again, and to tell that it is the same. */
export interface TokenizerIdentity {
  /** As it was asked for: a built-in name, a Hugging Face id, or a path. */
  name: string;
  /** SHA-256 of its definition, as lowercase hex. */
  sha256: string;
}

export const tokenizerIdentitySchema: z.ZodType<TokenizerIdentity> = z.looseObject({
  name: z.string(),
  sha256: z.string(),
});

/** How the prompts of a file were made, and how exact their lengths are: measured, not assumed. */
export interface Synthesis {
  /** `prose` reads like English; `random-words` has no structure. */
  content: 'prose' | 'random-words';
  /** `prompt`: lengths are of the text alone; `chat`: of what the server counts, chat template included. */
  count_mode: 'prompt' | 'chat';
  /** `additive`: counts of parts add up, and nothing is counted again; `verified`: every prompt was counted and mended. */
  method: 'additive' | 'verified';
  /** Prompts of a seeded sample that were tokenised whole when the tokenizer was loaded. */
  sampled_prompts: number;
  /** Of these, how many had another number of tokens than asked for. 0 means exact. */
  wrong_prompts: number;
  /** The largest difference among these, in tokens. */
  max_error_tokens: number;
  /** With `chat`: what the template adds to a message, in tokens. */
  chat_overhead_tokens?: number | null | undefined;
  /** With `chat`: SHA-256 of the template's text. */
  chat_template_sha256?: string | null | undefined;
}

export const synthesisSchema: z.ZodType<Synthesis> = z.looseObject({
  content: z.enum(['prose', 'random-words']),
  count_mode: z.enum(['prompt', 'chat']),
  method: z.enum(['additive', 'verified']),
  sampled_prompts: z.number(),
  wrong_prompts: z.number(),
  max_error_tokens: z.number(),
  chat_overhead_tokens: z.number().nullish(),
  chat_template_sha256: z.string().nullish(),
});

/**
 * What stands beside a dataset or workload file as `<file>.manifest.json`: how it was made and what is in it.
 * Two identical runs write identical manifests.
 */
export interface Manifest {
  schema_version: string;
  kind: 'dataset' | 'workload';
  /** The generator, such as `synthetic_shared` or `azure`. */
  generator: string;
  /** Version of the package that made the file. */
  generator_version: string;
  /** The options in force, defaults included. */
  options: Record<string, unknown>;
  /** Null where nothing is drawn. */
  seed: number | string | null;
  /** Absent where nothing was counted. */
  tokenizer?: TokenizerIdentity | null | undefined;
  /** Absent where no prompt was synthesised. */
  synthesis?: Synthesis | null | undefined;
  /** SHA-256 of the file's content before compression, as lowercase hex. */
  sha256: string;
  /** Lines of the file. */
  records: number;
  /** Bytes before compression. */
  bytes: number;
  /** What is in the file: counts, tokens, rates; units are in the names. */
  statistics: Record<string, unknown>;
  /** Rules that applied to the input and changed something, in words, with counts. */
  notes: string[];
}

export const manifestSchema: z.ZodType<Manifest> = z.looseObject({
  schema_version: z.literal(SCHEMA_VERSION),
  kind: z.enum(['dataset', 'workload']),
  generator: z.string(),
  generator_version: z.string(),
  options: z.record(z.string(), z.unknown()),
  seed: z.union([z.number(), z.string()]).nullable(),
  tokenizer: tokenizerIdentitySchema.nullish(),
  synthesis: synthesisSchema.nullish(),
  sha256: z.string(),
  records: z.number(),
  bytes: z.number(),
  statistics: z.record(z.string(), z.unknown()),
  notes: z.array(z.string()),
});

/** Where the manifest of a dataset or workload file stands. */
export const manifestPath = (path: string): string => `${path}.manifest.json`;
