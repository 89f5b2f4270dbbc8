import { BenchmarkError } from '@aibrix/core/errors';

/** What the client adds itself, at the end of a path: people copy the URL of a request where the base is meant. */
const OWN_PATH = /\/v1(?:\/(?:chat\/completions|completions|responses|embeddings|models))?$/;

/**
 * The base URL of a server, without a trailing slash and without `/v1` or the path of a request, such as
 * `/v1/chat/completions`, which the client adds. What stands before that (`https://gateway/team/v1`) is kept.
 *
 * @throws BenchmarkError `usage` when it is no http or https URL, or holds a user name, a password, a query or a fragment
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
  if (url.search || url.hash) {
    // It is not shown: keys are given in queries.
    throw new BenchmarkError('usage', 'endpoint: it has a query or a fragment, which the client would leave out', {
      hint: 'Give the base URL alone; a key goes into apiKey or a header.',
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(OWN_PATH, '').replace(/\/+$/, '')}`;
};
