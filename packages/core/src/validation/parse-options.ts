import type { StandardSchemaV1 } from '@standard-schema/spec';
import { BenchmarkError } from '../errors/index.js';
import { formatPath } from './format-path.js';

const describe = (issue: StandardSchemaV1.Issue): string => {
  const path = formatPath(issue.path);
  return path ? `${path}: ${issue.message}` : issue.message;
};

/**
 * Options with their defaults filled in.
 *
 * @param schema any Standard Schema (zod, valibot, …) that is synchronous
 * @param owner whose options they are, for the message
 * @throws BenchmarkError `usage` that names every problem, not only the first
 */
export const parseOptions = <Output>(
  schema: StandardSchemaV1<unknown, Output>,
  options: unknown,
  owner: string,
): Output => {
  const result = schema['~standard'].validate(options);
  if (result instanceof Promise) throw new TypeError('a schema for options must be synchronous');
  if (!result.issues) return result.value;
  throw new BenchmarkError('usage', `${owner}: ${result.issues.map(describe).join('; ')}`);
};
