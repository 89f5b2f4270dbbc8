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
  seed: number | string;
  /** Absent where nothing was counted. */
  tokenizer?: TokenizerIdentity | null | undefined;
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
  seed: z.union([z.number(), z.string()]),
  tokenizer: tokenizerIdentitySchema.nullish(),
  sha256: z.string(),
  records: z.number(),
  bytes: z.number(),
  statistics: z.record(z.string(), z.unknown()),
  notes: z.array(z.string()),
});

/** Where the manifest of a dataset or workload file stands. */
export const manifestPath = (path: string): string => `${path}.manifest.json`;
