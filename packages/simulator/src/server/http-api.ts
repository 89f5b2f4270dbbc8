import { createServer, type Server } from 'node:http';
import type { Clock } from '@aibrix/core/clock';
import { ApiError } from '../completion/api-error.js';
import { Exchange } from './exchange.js';

/** Idle connections stay open longer than clients keep them: none is closed under a request that is on its way. */
const KEEP_ALIVE_MS = 300_000;

/** Serves one method of one path. What it throws is answered with its status, anything but an ApiError with 500. */
export interface Route {
  method: 'GET' | 'POST';
  path: string;
  serve(exchange: Exchange): void | Promise<void>;
}

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(500, 'InternalServerError', error instanceof Error ? error.message : String(error));

export interface HttpApiOptions {
  clock: Clock;
  routes: readonly Route[];
  /** When the server may begin to answer a request that came now, in epoch milliseconds. Without it, at once. */
  notBefore?: (() => number) | undefined;
}

/** An HTTP server of `routes`; not yet listening. */
export const createHttpApi = ({ clock, routes, notBefore }: HttpApiOptions): Server => {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const idPrefix = `sim-${Math.floor(clock.now()).toString(36)}`;
  let requests = 0;

  const serve = async (exchange: Exchange): Promise<void> => {
    const startMs = notBefore?.() ?? 0;
    if (startMs > clock.now()) await clock.sleepUntil(startMs);
    const { method = '', url = '' } = exchange.request;
    const [path = ''] = url.split('?', 1);
    const candidates = byPath.get(path);
    if (!candidates) throw new ApiError(404, 'NotFoundError', `There is nothing at ${path}.`);
    const route = candidates.find((candidate) => candidate.method === method);
    if (route) {
      await route.serve(exchange);
      return;
    }
    const allow = candidates.map((candidate) => candidate.method).join(', ');
    exchange.refuse(new ApiError(405, 'MethodNotAllowedError', `${path} takes ${allow}, not ${method}.`), { allow });
  };

  const server = createServer((request, response) => {
    const exchange = new Exchange({ request, response, id: `${idPrefix}-${requests++}`, clock });
    serve(exchange).catch((error: unknown) => {
      // A body that broke off is not an error of the simulator; the exchange ends with its connection.
      if (!request.destroyed || request.complete) exchange.refuse(asApiError(error));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
};
