import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsPageServer extends AsyncDisposable {
  url: string;
  /** Requests in order of arrival. */
  seen: IncomingMessage['headers'][];
  /** Most requests under way at once. */
  readonly mostAtOnce: number;
}

/** A metrics page whose answers a test writes itself; `scrape` counts from 1. */
export const startMetricsPage = async (
  answer: (response: ServerResponse, scrape: number) => void | Promise<void>,
): Promise<MetricsPageServer> => {
  const seen: IncomingMessage['headers'][] = [];
  let open = 0;
  let mostAtOnce = 0;
  const server = createServer(async (incoming, response) => {
    seen.push(incoming.headers);
    open++;
    mostAtOnce = Math.max(mostAtOnce, open);
    response.on('close', () => open--).on('error', () => {});
    await answer(response, seen.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    seen,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A page that counts its scrapes, in the shape that vLLM has. */
export const countingPage = (response: ServerResponse, scrape: number): void => {
  response.setHeader('content-type', 'text/plain; version=0.0.4').end(
    [
      '# TYPE vllm:num_requests_running gauge',
      `vllm:num_requests_running{model_name="m"} ${scrape}`,
      '# TYPE vllm:e2e_request_latency_seconds histogram',
      `vllm:e2e_request_latency_seconds_bucket{le="+Inf",model_name="m"} ${scrape * 10}`,
      '# TYPE python_info gauge',
      'python_info{version="3.12"} 1',
      // A series that is there later only.
      ...(scrape > 1 ? ['# TYPE vllm:num_preemptions counter', `vllm:num_preemptions_total ${scrape}`] : []),
      '',
    ].join('\n'),
  );
};
