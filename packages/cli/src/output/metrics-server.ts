import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROGRESS_METRICS_CONTENT_TYPE, progressMetrics, type WorkloadRun } from '@aibrix/client';
import { BenchmarkError } from '@aibrix/core/errors';

export interface MetricsServerOptions {
  /** Port to listen on; 0 is any that is free. */
  port: number;
  /** Address to listen on. */
  host: string;
}

export interface MetricsServer {
  /** Where the page is. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves how a run stands as a page for Prometheus, `/metrics`.
 *
 * @throws BenchmarkError `usage` when the port cannot be had
 */
export const serveMetrics = async (
  run: Pick<WorkloadRun, 'progress'>,
  { port, host }: MetricsServerOptions,
): Promise<MetricsServer> => {
  const server = createServer((request, response) => {
    // Not read as a URL: what is none would throw, and end the run that is only watched.
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics') response.writeHead(404).end('the page is /metrics\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { allow: 'GET' }).end();
    else response.setHeader('content-type', PROGRESS_METRICS_CONTENT_TYPE).end(progressMetrics(run.progress()));
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new BenchmarkError('usage', `metrics cannot be served on ${host}:${port}: ${(cause as Error).message}`, {
      cause,
      hint: 'Choose another --metrics-port; 0 is any that is free.',
    });
  }
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}/metrics`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
