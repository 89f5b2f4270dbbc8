import { z } from 'zod';
import { benchmarkConfigSchema, DEFAULTS } from './benchmark-config.js';
import { type ConfigTree, isTree, leaves, mergeTrees } from './config-tree.js';

const COMMENT_COLUMN = 72;

const descriptions = (): ((path: readonly string[]) => string | undefined) => {
  const schema: unknown = z.toJSONSchema(benchmarkConfigSchema, { unrepresentable: 'any', io: 'input' });
  return (path) => {
    let node: unknown = schema;
    for (const key of path) node = isTree(node) && isTree(node.properties) ? node.properties[key] : undefined;
    return isTree(node) && typeof node.description === 'string' ? node.description : undefined;
  };
};

/** Every key that can be overridden, with its value and its meaning. */
export const listKeys = (given: ConfigTree): string => {
  const descriptionOf = descriptions();
  const lines = leaves(mergeTrees(DEFAULTS as unknown as ConfigTree, given)).map(({ path, value }) => {
    const key = path.join('.');
    // A key may have come as plain text with a reference to a secret, already replaced.
    const shown = key === 'api_key' && value !== DEFAULTS.api_key ? '(set)' : JSON.stringify(value);
    const description = descriptionOf(path);
    const assignment = `${key}=${shown}`;
    return description ? `${assignment.padEnd(COMMENT_COLUMN)}  # ${description}` : assignment;
  });
  return `${lines.join('\n')}\n`;
};
