import type { Exchange } from '../server/exchange.js';
import type { Fault } from './fault.js';

const HTML = '<html><head><title>500 Internal Server Error</title></head><body><h1>Oops</h1></body></html>\n';

/** Marks the target of a redirect, so that it is answered. */
const REDIRECTED = 'redirected';

const errorBody = (message: string, type: string, code: number): string =>
  JSON.stringify({ error: { message, type, param: null, code } });

const JSON_TYPE = { 'content-type': 'application/json' };

/** Whether a request comes from a redirect of ours. */
export const isRedirected = (exchange: Exchange): boolean => exchange.request.url?.endsWith(`?${REDIRECTED}`) === true;

/** Answers in place of the engine, if the fault is of that sort; says whether it did. */
export const refuseBy = ({ kind, durationMs }: Fault, exchange: Exchange): boolean => {
  switch (kind) {
    case 'refuse':
      exchange.reset();
      return true;
    case '429': {
      const headers = { ...JSON_TYPE, 'retry-after': String(Math.ceil(durationMs / 1e3)) };
      exchange.send(429, headers, errorBody('Too many requests.', 'RateLimitError', 429));
      return true;
    }
    case '500':
      exchange.send(500, { 'content-type': 'text/html' }, HTML);
      return true;
    case '503':
      exchange.send(503, JSON_TYPE, errorBody('The engine is not ready.', 'ServiceUnavailableError', 503));
      return true;
    case 'redirect': {
      const [path = '/'] = (exchange.request.url ?? '/').split('?', 1);
      exchange.send(307, { location: `${path}?${REDIRECTED}` }, '');
      return true;
    }
    default:
      return false;
  }
};
