import type { Exchange } from './exchange.js';
import { readBody } from './read-body.js';

/** Serves what takes a JSON body and answers with one at once. */
export const createJsonEndpoint =
  (answer: (json: string) => string, maxBodyBytes: number): ((exchange: Exchange) => Promise<void>) =>
  async (exchange) => {
    const body = await readBody(exchange.request, maxBodyBytes);
    if (!exchange.isEnded) exchange.send(200, { 'content-type': 'application/json' }, answer(body));
  };
