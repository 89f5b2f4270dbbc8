import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A path of keys as code writes it: `requests[0].prompt`. */
export const formatPath = (path: StandardSchemaV1.Issue['path']): string => {
  let text = '';
  for (const segment of path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment;
    text += typeof key === 'number' ? `[${key}]` : `${text && '.'}${String(key)}`;
  }
  return text;
};
