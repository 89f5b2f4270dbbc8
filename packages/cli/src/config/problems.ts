import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import type { z } from 'zod';
import { benchmarkConfigSchema, DEFAULTS } from './benchmark-config.js';
import { type ConfigTree, isTree, leaves, valueAt } from './config-tree.js';
import { hasUnresolved } from './substitute.js';

/** What is wrong with one key of a config. */
export interface ConfigProblem {
  path: readonly PropertyKey[];
  message: string;
  suggestion?: string | undefined;
}

const allKeys = (): string[] => leaves(DEFAULTS).map(({ path }) => path.join('.'));

/** The key a person most likely meant: beside the one written, or anywhere with the same last name. */
const suggestKey = (path: readonly string[], siblings: readonly string[]): string | undefined => {
  const name = path.at(-1) ?? '';
  const sibling = closestMatch(name, siblings);
  if (sibling) return `did you mean ${[...path.slice(0, -1), sibling].join('.')}?`;
  const elsewhere = allKeys().filter((key) => key.split('.').at(-1) === name);
  return elsewhere.length > 0 ? `did you mean ${elsewhere.join(' or ')}?` : undefined;
};

/** Keys that no config has. */
export const unknownKeys = (
  tree: ConfigTree,
  known: ConfigTree = DEFAULTS,
  prefix: readonly string[] = [],
): ConfigProblem[] =>
  Object.entries(tree).flatMap(([key, value]) => {
    const path = [...prefix, key];
    if (!Object.hasOwn(known, key)) {
      return [{ path, message: 'unknown key', suggestion: suggestKey(path, Object.keys(known)) }];
    }
    const inner = known[key];
    // The agent section, headers and further fields of a body have keys of their own.
    if (!isTree(inner) || Object.keys(inner).length === 0 || !isTree(value)) return [];
    return unknownKeys(value, inner, path);
  });

const suggestValue = (issue: z.core.$ZodIssue, value: unknown): string | undefined => {
  if (issue.code !== 'invalid_value') return undefined;
  const match = closestMatch(String(value), issue.values.map(String));
  return match ? `did you mean ${match}?` : `it may be ${issue.values.join(', ')}`;
};

/** Values that are never shown. */
const isSecret = ([key]: readonly PropertyKey[]): boolean => key === 'api_key' || key === 'headers';

const isReference = (value: unknown): value is string => typeof value === 'string' && hasUnresolved(value);

/** References to variables without a value, in keys that are read. Elsewhere they stay as they are. */
export const unresolvedValues = (config: ConfigTree, isRead: (path: readonly string[]) => boolean): ConfigProblem[] =>
  leaves(config)
    .filter(({ path, value }) => isReference(value) && isRead(path))
    .map(({ path, value }) => ({
      path,
      message: `${isSecret(path) ? 'its value' : String(value)} refers to a variable without a value`,
      suggestion: 'set it in the environment',
    }));

/** Values that are not what their key takes. References without a value are not looked at. */
export const wrongValues = (config: ConfigTree): ConfigProblem[] => {
  const issues = benchmarkConfigSchema.safeParse(config).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const value = valueAt(config, issue.path);
    if (issue.code === 'unrecognized_keys' || isReference(value)) return [];
    const found = isSecret(issue.path) ? 'another value' : (JSON.stringify(value) ?? 'nothing');
    const message = `${issue.message.replace(/^Invalid (?:input|option): /, '').replace(/, received .*$/, '')}, found ${found}`;
    return [{ path: issue.path, message, suggestion: suggestValue(issue, value) }];
  });
};

/** The problems that a library's option schema sees, at the config keys that the options came from. */
export const optionProblems = (
  schema: z.ZodType,
  options: Readonly<Record<string, unknown>>,
  keys: Readonly<Record<string, string>>,
): ConfigProblem[] =>
  (schema.safeParse(options).error?.issues ?? []).map((issue) => {
    const key = keys[String(issue.path[0])] ?? issue.path.join('.');
    return { path: key.split('.'), message: issue.message };
  });

/** The problem that a check of the libraries throws, at the key it belongs to. */
export const thrownProblems = (key: string, check: () => void): ConfigProblem[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (!BenchmarkError.is(error)) throw error;
    return [{ path: key.split('.'), message: error.message, suggestion: error.hint }];
  }
};
