/** A part of a config: keys with values or further parts. */
export type ConfigTree = Record<string, unknown>;

export const isTree = (value: unknown): value is ConfigTree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `base` with the values of `over` in place of its own, at every depth; an empty section leaves what is there. Neither is
 * changed.
 */
export const mergeTrees = (base: ConfigTree, over: ConfigTree): ConfigTree => {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const own = merged[key];
    if (isTree(own) && value === null) continue;
    merged[key] = isTree(own) && isTree(value) ? mergeTrees(own, value) : value;
  }
  return merged;
};

/** The value at a path of keys, or undefined. */
export const valueAt = (tree: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isTree(value) ? value[String(key)] : undefined), tree);

/** A tree that holds only `value`, at `path`. */
export const treeAt = (path: readonly string[], value: unknown): ConfigTree =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as ConfigTree;

/** Every value that is no tree, with its path; a tree without keys counts as a value. */
export const leaves = (tree: ConfigTree, prefix: readonly string[] = []): { path: string[]; value: unknown }[] =>
  Object.entries(tree).flatMap(([key, value]) => {
    const path = [...prefix, key];
    return isTree(value) && Object.keys(value).length > 0 ? leaves(value, path) : [{ path, value }];
  });

/** A tree in which every text, at every depth, is replaced. */
export const mapTexts = (tree: ConfigTree, replace: (text: string) => string): ConfigTree =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (isTree(value)) return [key, mapTexts(value, replace)];
      return [key, typeof value === 'string' ? replace(value) : value];
    }),
  );
