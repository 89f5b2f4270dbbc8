import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@aibrix/core/clock';
import type { WorkloadEntry } from '@aibrix/schema';
import type { RunSettings } from './options.js';
import { PROTOCOLS } from './protocol/protocols.js';
import { Delivery } from './run/delivery.js';
import { Dispatcher, prepareBody } from './run/dispatcher.js';
import { Lookahead } from './run/lookahead.js';
import { planRequests } from './run/plan-requests.js';
import { undiciTransport } from './transport/undici-transport.js';
import { warmUpAnswer } from './warm-up-answer.js';

/** Enough for the engine to compile the path, in about a third of a second. */
const REQUESTS = 400;
const REQUESTS_PER_SECOND = 2000;
const PROMPT = 'word '.repeat(200);

const entries = function* (): Generator<WorkloadEntry> {
  for (let i = 0; i < REQUESTS; i++) {
    yield { timestamp: (i * 1000) / REQUESTS_PER_SECOND, requests: [{ prompt: PROMPT, output_length: 16 }] };
  }
};

/**
 * Runs the client's own path against a private server on the loopback before the schedule begins. Code that has not
 * been compiled yet would make the first requests late, by 100 ms and more at thousands of requests a second.
 */
export const warmUp = async (settings: RunSettings, clock: Clock): Promise<void> => {
  const { contentType, writes } = warmUpAnswer(settings.api);
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': contentType });
      for (const piece of writes) response.write(piece);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = undiciTransport({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock });
  const warmSettings: RunSettings = {
    ...settings,
    ...{
      streaming: PROTOCOLS[settings.api].isGenerative,
      timeScale: 1,
      maxConcurrentSessions: null,
      concurrency: null,
      maxConnections: null,
      pacing: 'schedule',
      whenSaturated: 'wait',
      rampMs: null,
    },
  };
  const startMs = clock.now();
  const dispatcher = new Dispatcher({
    settings: warmSettings,
    clock,
    transport,
    lookahead: new Lookahead(
      planRequests(entries(), {
        timeScale: 1,
        history: 'live',
        problemOf: () => null,
        prepare: (request) => prepareBody(request, [], warmSettings),
        partition: null,
      }),
    ),
    headersOf: () => ({ 'content-type': 'application/json' }),
    redaction: { message: (text) => text, answer: (text) => text },
    scan: null,
    startMs,
    delivery: new Delivery(startMs),
    onResult: (result) => JSON.stringify(result),
  });
  try {
    await dispatcher.run();
  } finally {
    await transport.close();
    server.closeAllConnections();
    server.close();
  }
};
