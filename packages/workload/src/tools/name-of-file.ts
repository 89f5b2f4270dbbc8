import { STDIO } from '@aibrix/core/files';

/** What to call a file in messages. */
export const nameOfFile = (path: string): string => (path === STDIO ? '<stdin>' : path);
