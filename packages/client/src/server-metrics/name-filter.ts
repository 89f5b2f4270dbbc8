const SUFFIX = /_(?:bucket|sum|count|total|created|info)$/;

/** When a series began, as client libraries add it to each counter and histogram: it says nothing of the load. */
const CREATED = /_created$/;

const ESCAPED = /[.+?^${}()|[\]\\]/g;

const toExpression = (patterns: readonly string[]): RegExp => {
  const alternatives = patterns.map((pattern) => pattern.replace(ESCAPED, '\\$&').replaceAll('*', '.*'));
  return new RegExp(`^(?:${alternatives.join('|')})$`);
};

/**
 * Tells which metrics are kept: those whose name, with or without the suffix of a sample (`_bucket`, `_sum`, `_count`,
 * `_total`, …), is one of the patterns. `*` is any run of characters. The `_created` times of counters are left out unless a
 * pattern ends so.
 */
export const createNameFilter = (patterns: readonly string[]): ((name: string) => boolean) => {
  const expression = toExpression(patterns);
  const keepsCreated = patterns.some((pattern) => CREATED.test(pattern));
  /** An endpoint names the same few hundred metrics each time. */
  const known = new Map<string, boolean>();
  const isWanted = (name: string): boolean => {
    if (CREATED.test(name) && !keepsCreated) return false;
    return expression.test(name) || expression.test(name.replace(SUFFIX, ''));
  };
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = isWanted(name);
      // Names without end would be the server's mistake, and must not be the client's.
      if (known.size < 10_000) known.set(name, answer);
    }
    return answer;
  };
};
