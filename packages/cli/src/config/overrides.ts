import { BenchmarkError } from '@aibrix/core/errors';
import { type ConfigTree, mergeTrees, treeAt } from './config-tree.js';
import { parseYaml } from './parse-yaml.js';

/** Names joined by dots. */
const KEY_PATH = /^[\w-]+(?:\.[\w-]+)*$/;

/**
 * Reads `key.path=value` words; values are YAML.
 *
 * @throws BenchmarkError `usage` for a word without `=`, or a value that is no YAML
 */
export const parseOverrides = (words: readonly string[]): ConfigTree =>
  words.reduce<ConfigTree>((tree, word) => {
    const end = word.indexOf('=');
    const key = word.slice(0, end).trim();
    if (end === -1 || !KEY_PATH.test(key) || key.includes('__proto__')) {
      throw new BenchmarkError('usage', `--override ${/^[\w.-]*/.exec(word)?.[0] || '='}: expected key.path=value`, {
        hint: '`--override help` lists every key.',
      });
    }
    const { value, problem } = parseYaml(word.slice(end + 1));
    if (problem) throw new BenchmarkError('usage', `--override ${key}: the value is not valid YAML`);
    return mergeTrees(tree, treeAt(key.split('.'), value));
  }, {});
