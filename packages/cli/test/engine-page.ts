import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A metrics page in the shape that vLLM has; its one gauge counts the scrapes. */
export const startEnginePage = async (): Promise<AsyncDisposable & { url: string }> => {
  let scrapes = 0;
  const server = createServer((_, response) => {
    scrapes++;
    response
      .setHeader('content-type', 'text/plain; version=0.0.4')
      .end(
        `# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running ${scrapes}\npython_info{version="3.12"} 1\n`,
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A port of this machine on which nothing listens. */
export const closedPort = async (): Promise<string> => {
  await using page = await startEnginePage();
  return new URL(page.url).port;
};
