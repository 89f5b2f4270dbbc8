import { once } from 'node:events';
import { connect } from 'node:net';
import type { RunProgress } from '@aibrix/client';
import { parseExposition } from '@aibrix/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MetricsServer, serveMetrics } from './metrics-server.js';

const empty = { bounds: [1], cumulative: [0], count: 0, sum: 0 };
const PROGRESS: RunProgress = {
  phase: 'running',
  elapsedSeconds: 1,
  plannedSeconds: null,
  secondsLeft: null,
  offered: null,
  due: 3,
  sent: 3,
  succeeded: 2,
  failed: 0,
  inFlight: 1,
  queued: 0,
  outputTokens: 8,
  errors: {},
  connections: null,
  recent: {
    offeredPerSecond: null,
    sentPerSecond: null,
    completedPerSecond: null,
    outputTokensPerSecond: null,
    ttftSeconds: null,
    tpotSeconds: null,
    latencySeconds: null,
    clientLagSeconds: null,
  },
  histograms: { ttftSeconds: empty, tpotSeconds: empty, latencySeconds: empty, clientLagSeconds: empty },
};

describe('serveMetrics', () => {
  let server: MetricsServer;
  beforeEach(async () => {
    server = await serveMetrics({ progress: () => PROGRESS }, { port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  const raw = async (requestLine: string): Promise<string> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end(`${requestLine} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes;
    });
    await once(socket, 'close');
    return answer.split('\r\n')[0] ?? '';
  };

  it('answers on /metrics, with or without a query', async () => {
    for (const url of [server.url, `${server.url}?format=text`]) {
      const samples = parseExposition(await (await fetch(url)).text());
      expect(samples.find(({ name }) => name === 'aibrix_client_requests_in_flight')?.value).toBe(1);
    }
  });

  it.each([
    ['GET /', 404],
    ['GET //', 404],
    ['GET http://[', 404],
    ['POST /metrics', 405],
    ['HEAD /metrics', 200],
  ])('says %s is %i, and goes on', async (requestLine, status) => {
    expect(await raw(requestLine)).toContain(`HTTP/1.1 ${status} `);
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('tells a port that is taken as wrong usage', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveMetrics({ progress: () => PROGRESS }, { port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
