import type { Clock } from '@aibrix/core/clock';
import ky from 'ky';
import type { Transport, TransportEvents, TransportRequest } from './transport.js';

export interface FetchTransportOptions {
  /** Base URL of the server, as `normaliseEndpoint` gives it. */
  endpoint: string;
  clock: Clock;
  /** Any `fetch`: another runtime's, or the `app.fetch` of a server under test. Default: the global one. */
  fetch?: typeof globalThis.fetch | undefined;
}

/**
 * A transport over any `fetch`, by way of ky. It carries about a quarter of what `undiciTransport` does, and its stamps
 * are taken when the stream hands a chunk on: for other runtimes and for tests without sockets.
 */
export const fetchTransport = (options: FetchTransportOptions): Transport => {
  const { clock, endpoint } = options;
  const client = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    ...(options.fetch && { fetch: options.fetch }),
  });
  const open = new Set<AbortController>();

  const exchange = async (request: TransportRequest, events: TransportEvents, signal: AbortSignal): Promise<void> => {
    events.onSent(clock.now());
    const { method = 'POST' } = request;
    const response = await client(`${endpoint}${request.path}`, {
      method,
      headers: request.headers,
      ...(method === 'POST' && { body: request.body }),
      // A redirect could lead the key to another server; its status is the result.
      redirect: 'manual',
      signal,
    });
    events.onHeaders(response.status, Object.fromEntries(response.headers), clock.now());
    if (response.body) for await (const bytes of response.body) events.onData(bytes, clock.now());
    events.onEnd(clock.now());
  };

  return {
    send(request, events) {
      const controller = new AbortController();
      open.add(controller);
      exchange(request, events, controller.signal)
        .catch((error: unknown) => events.onError(error, clock.now()))
        .finally(() => open.delete(controller));
      return () => controller.abort();
    },
    async close() {
      for (const controller of open) controller.abort();
    },
  };
};
