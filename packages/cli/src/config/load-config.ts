import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import { type BenchmarkConfig, DEFAULTS, type Stage } from './benchmark-config.js';
import { type ConfigTree, isTree, mergeTrees, treeAt, valueAt } from './config-tree.js';
import { parseYaml } from './parse-yaml.js';
import { type ConfigProblem, unknownKeys, unresolvedValues, wrongValues } from './problems.js';
import { stageProblems } from './stage-problems.js';
import { isUnresolved, substituteEnvironment, substituteKeys } from './substitute.js';
import { isUsed } from './used-keys.js';

export interface ConfigSource {
  /** What the file holds, or what a program passes. */
  tree: ConfigTree;
  /** Where a key stands, as `file:line`; undefined where it is not in the file. */
  placeOf: (path: readonly PropertyKey[]) => string | undefined;
}

/**
 * Reads a config file: YAML, with `$VAR` and `${VAR}` replaced from the environment first.
 *
 * @throws BenchmarkError `file-not-found`; `config` when it is no YAML, or no mapping
 */
export const readConfigFile = async (
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ConfigSource> => {
  let text: string;
  try {
    text = path === STDIO ? await readAll(process.stdin) : await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new BenchmarkError('config', `cannot be read: ${(cause as Error).message}`, {
        cause,
        location: { file: path },
      });
    }
    throw new BenchmarkError('file-not-found', `no config file at ${path}`, {
      cause,
      hint: 'Give its path with --config; config/config.yaml in the repository has every key.',
    });
  }
  const { value, problem, lineOf, textOf } = parseYaml(substituteEnvironment(text, environment));
  if (problem) throw new BenchmarkError('config', problem.message, { location: { file: path, line: problem.line } });
  const tree = value ?? {};
  if (!isTree(tree)) throw new BenchmarkError('config', 'expected keys and values', { location: { file: path } });
  // A key of digits only is still text.
  if (typeof tree.api_key === 'number') tree.api_key = textOf(['api_key']) ?? null;
  return {
    tree,
    placeOf: (keys) => {
      const line = lineOf(keys);
      return line === undefined ? undefined : `${path}:${line}`;
    },
  };
};

const describe = (problem: ConfigProblem, placeOf: ConfigSource['placeOf']): string => {
  const place = placeOf(problem.path);
  const suggestion = problem.suggestion ? ` (${problem.suggestion})` : '';
  return `${place ? `${place}: ` : ''}${problem.path.map(String).join('.')}: ${problem.message}${suggestion}`;
};

/**
 * Fills in defaults, replaces references between keys, and checks everything that the stages will need.
 *
 * @param overrides win over the source, key by key
 * @throws BenchmarkError `config` that lists every problem, each with its place and a suggestion
 */
export const resolveConfig = (
  source: ConfigSource,
  overrides: ConfigTree,
  stages: readonly Stage[],
  environment: Readonly<Record<string, string | undefined>>,
): BenchmarkConfig => {
  const given = mergeTrees(source.tree, overrides);
  const defaults = substituteDefaults(DEFAULTS, environment);
  const raw = mergeTrees(defaults, given);
  // The key is taken as it is: a dollar in it refers to nothing. A reference without a value is no key.
  const { api_key: key } = raw;
  const config: ConfigTree = {
    ...substituteKeys(raw),
    api_key: typeof key === 'string' && isUnresolved(key) ? null : key,
  };
  if ('workload_dir' in given && !('workload_file' in given)) {
    config.workload_file = join(String(config.workload_dir), 'workload.jsonl');
  }
  const wrong = wrongValues(config);
  // With defaults in place of wrong values the rest can be checked too, so that nothing is reported one by one.
  const unresolved = unresolvedValues(config, (path) => isUsed(path, config as BenchmarkConfig, stages));
  const mended = [...wrong, ...unresolved].reduce((tree, { path }) => mergeTrees(tree, defaultAt(path)), config);
  const problems = [
    ...unknownKeys(given),
    ...wrong,
    ...unresolved,
    ...stageProblems(mended as BenchmarkConfig, given, stages),
  ];
  if (problems.length > 0) {
    // What an override says does not stand in the file.
    const placeOf: ConfigSource['placeOf'] = (path) =>
      valueAt(overrides, path) === undefined ? source.placeOf(path) : undefined;
    const text = problems.map((problem) => describe(problem, placeOf)).join('\n');
    throw new BenchmarkError('config', text, { hint: '`aibrix benchmark --override help` lists every key.' });
  }
  return config as BenchmarkConfig;
};

const defaultAt = (path: readonly PropertyKey[]): ConfigTree => treeAt(path.map(String), valueAt(DEFAULTS, path));

/** Defaults refer to the environment as a file would. */
const substituteDefaults = (
  defaults: BenchmarkConfig,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigTree =>
  Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      typeof value === 'string' ? substituteEnvironment(value, environment) : value,
    ]),
  );
