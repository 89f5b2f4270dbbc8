/** A variable that nothing gave a value: it stays as it was written. */
const UNRESOLVED = /\$(?:\w+|\{\w+\})/;

/** Whether a text still holds a reference to a variable without a value. */
export const hasUnresolved = (text: string): boolean => UNRESOLVED.test(text);

/** Whether a text is nothing but such a reference. */
export const isUnresolved = (text: string): boolean => /^\$(?:\w+|\{\w+\})$/.test(text);

/** Replaces `$VAR` and `${VAR}` from the environment; what is not there stays as written. */
export const substituteEnvironment = (
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string =>
  text.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (written, bare?: string, braced?: string) => {
    return environment[bare ?? braced ?? ''] ?? written;
  });

/**
 * Replaces `$key`, `${key}` and `$$` in top-level texts from the other top-level values, in one pass over the values as
 * they were written. What is no key stays as written.
 */
export const substituteKeys = <T extends object>(config: T): T => {
  const values = config as Readonly<Record<string, unknown>>;
  const valueOfKey = (key: string): string | undefined => {
    // A secret goes nowhere but to its own key.
    const value = key !== 'api_key' && Object.hasOwn(values, key) ? values[key] : undefined;
    return typeof value === 'object' || value === undefined ? undefined : String(value);
  };
  const replaced = Object.entries(values).map(([key, value]) => {
    if (typeof value !== 'string') return [key, value];
    const text = value.replace(/\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)\})/gi, (written, dollar, bare, braced) =>
      dollar ? '$' : (valueOfKey(bare ?? braced) ?? written),
    );
    return [key, text];
  });
  return Object.fromEntries(replaced) as T;
};
