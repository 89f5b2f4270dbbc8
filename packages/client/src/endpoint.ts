import { BenchmarkError } from '@aibrix/core/errors';

/**
 * The base URL of a server, without a trailing slash and without `/v1` or `/v1/chat/completions`, which the client adds.
 *
 * @throws BenchmarkError `usage` when it is no http or https URL, or holds a user name or password
 */
export const normaliseEndpoint = (endpoint: string): string => {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch (cause) {
    throw new BenchmarkError('usage', `endpoint: not a URL: ${endpoint}`, {
      cause,
      hint: 'Give the base URL of the server, such as http://localhost:8888',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new BenchmarkError('usage', 'endpoint: it does not begin with http:// or https://', {
      hint: 'Write it like http://localhost:8888',
    });
  }
  if (url.username || url.password) {
    throw new BenchmarkError('usage', 'endpoint: user names and passwords in the URL are not supported', {
      hint: 'Give the key as apiKey, or set a header.',
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v1(?:\/(?:chat\/)?completions)?$/, '')}`;
};
