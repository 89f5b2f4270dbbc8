const USER = /\/\/[^/@]*@/;
const QUERY = /\?.*$/;

/** A URL as it may be shown: without a user, a password or a query, which may be secrets. */
export const shownUrl = (url: string): string => url.replace(USER, '//…@').replace(QUERY, '?…');

const shownValue = (value: unknown): unknown => (typeof value === 'string' ? shownUrl(value) : value);

/** The same of the pages of a config, which may not have been checked yet. */
export const shownPages = <T>(pages: T): T => (Array.isArray(pages) ? pages.map(shownValue) : shownValue(pages)) as T;
