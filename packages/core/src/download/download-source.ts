import { createHash } from 'node:crypto';
import { BenchmarkError } from '../errors/index.js';

/** What is downloaded, with its secrets kept apart from what may be shown. */
export interface DownloadSource {
  /** Without a user name and password, which `fetch` refuses. */
  url: string;
  headers: Headers;
  /** The address for messages: no user name, no password, no query. */
  shown: string;
  /** Tells one address from another without holding it: SHA-256, lowercase hex. */
  id: string;
}

/** A stray percent sign stands for itself. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const basicAuthorization = ({ username, password }: URL): string =>
  `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;

const parseHeaders = (headers: Record<string, string>): Headers => {
  const parsed = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      parsed.set(name, value);
    } catch {
      // The cause is dropped: it repeats the value, which may be a secret.
      throw new BenchmarkError(
        'usage',
        `the header ${JSON.stringify(name)} has a name or a value that HTTP cannot send`,
        {
          hint: 'A line break at the end of a token is a frequent reason.',
        },
      );
    }
  }
  return parsed;
};

/** @throws BenchmarkError `usage` for an address or headers that cannot be used; it repeats no secret */
export const parseDownloadSource = (text: string, headers: Record<string, string>): DownloadSource => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new BenchmarkError('usage', 'the address to download from is no http or https address', {
      hint: 'It starts with https:// or http://.',
    });
  }
  const parsed = parseHeaders(headers);
  if ((url.username || url.password) && !parsed.has('authorization')) {
    parsed.set('authorization', basicAuthorization(url));
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: url.href,
    headers: parsed,
    shown: `${url.origin}${url.pathname}${url.search ? '?…' : ''}`,
    id: createHash('sha256').update(url.href).digest('hex'),
  };
};
