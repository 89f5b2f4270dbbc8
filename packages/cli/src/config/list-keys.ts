import { z } from 'zod';
import { benchmarkConfigSchema, DEFAULTS } from './benchmark-config.js';
import { type ConfigTree, isTree, leaves, mapTexts, mergeTrees, valueAt } from './config-tree.js';
import { shownPages } from './shown-pages.js';
import { isUnresolved } from './substitute.js';

const COMMENT_COLUMN = 72;

const descriptions = (): ((path: readonly string[]) => string | undefined) => {
  const schema: unknown = z.toJSONSchema(benchmarkConfigSchema, { unrepresentable: 'any', io: 'input' });
  return (path) => {
    let node: unknown = schema;
    for (const key of path) node = isTree(node) && isTree(node.properties) ? node.properties[key] : undefined;
    return isTree(node) && typeof node.description === 'string' ? node.description : undefined;
  };
};

/** A value as it may be shown: references to secrets have been replaced by then. */
const shownValue = (key: string, value: unknown): string => {
  if (key === 'api_key' && typeof value === 'string' && !isUnresolved(value)) return '(set)';
  if (key === 'headers' && isTree(value)) return JSON.stringify(mapTexts(value, () => '(set)'));
  const text = JSON.stringify(key === 'server_metrics' ? shownPages(value) : value);
  return key === 'endpoint' ? text.replace(/\/\/[^/@]*@/, '//…@') : text;
};

/** Every key that can be overridden, with its value and its meaning. */
export const listKeys = (given: ConfigTree): string => {
  const descriptionOf = descriptions();
  const defaults = DEFAULTS;
  const values = mergeTrees(defaults, given);
  // Only keys that there are: under a mistyped name a secret could stand.
  const lines = leaves(defaults).map(({ path }) => {
    const key = path.join('.');
    const shown = shownValue(key, valueAt(values, path));
    const description = descriptionOf(path);
    const assignment = `${key}=${shown}`;
    return description ? `${assignment.padEnd(COMMENT_COLUMN)}  # ${description}` : assignment;
  });
  return `${lines.join('\n')}\n`;
};
