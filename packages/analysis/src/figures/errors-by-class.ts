import type { RequestResult } from '@aibrix/schema';
import type { ErrorClass } from '../report.js';

/** Results of other tools may put anything in `error_type`: more classes than this become one. */
const MAX_CLASSES = 50;
const OTHER = 'other';
const UNKNOWN = 'unknown';
const MESSAGE_CHARACTERS = 500;

const excerpt = (text: string | null | undefined): string | null =>
  !text ? null : text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;

/** Counts failures by class, with the first of each as its example. */
export const createErrorsByClass = () => {
  const classes = new Map<string, Omit<ErrorClass, 'fraction'>>();
  return {
    /** @returns the class it was counted under */
    add(result: RequestResult): string {
      const named = result.error_type || UNKNOWN;
      const type = classes.has(named) || classes.size < MAX_CLASSES ? named : OTHER;
      const known = classes.get(type);
      if (known) known.count++;
      else
        classes.set(type, {
          type,
          count: 1,
          first_message: excerpt(result.error_message),
          first_code: excerpt(result.error_code),
          first_http_status: result.http_status ?? null,
        });
      return type;
    },
    /** Most frequent first. */
    report: (offered: number): ErrorClass[] =>
      [...classes.values()]
        .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1))
        .map(({ type, count, ...first }) => ({ type, count, fraction: count / offered, ...first })),
  };
};

export type ErrorsByClass = ReturnType<typeof createErrorsByClass>;
