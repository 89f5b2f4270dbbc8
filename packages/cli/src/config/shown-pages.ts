const USER = /\/\/[^/@]*@/;
const QUERY = /\?.*$/;

/** Without a user, a password or a query, which may be secrets. */
const shownUrl = (url: string): string => url.replace(USER, '//…@').replace(QUERY, '?…');

const shownValue = (value: unknown): unknown => (typeof value === 'string' ? shownUrl(value) : value);

/** Pages of a config as they may be shown, which may not have been checked yet. */
export const shownPages = <T>(pages: T): T => (Array.isArray(pages) ? pages.map(shownValue) : shownValue(pages)) as T;
