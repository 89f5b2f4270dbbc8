import { createServer } from 'node:net';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect } from 'vitest';
import { single, steady } from '../collect.js';
import { answer, delta, type Script, sleep, startScriptedServer } from '../scripted-server.js';
import { faultsOf } from './fault.js';
import { listening, startRawServer } from './raw-server.js';
import { recorded } from './recorded.js';

const fault = faultsOf('silence.test.ts');

const DEADLINE_MS = 400;

/** None may end before its deadline, and none much after it. */
const expectOnDeadline = (results: readonly RequestResult[], elapsedMs: number): void => {
  for (const { latency, error_message: message } of results) {
    expect(message).toBe('no complete answer within 0.4 s');
    if (latency === null) continue;
    expect(latency).toBeGreaterThan(0.3);
    expect(latency).toBeLessThan(0.7);
  }
  expect(elapsedMs).toBeLessThan(2500);
};

const timingOut = async (endpoint: string, fields: object = {}): Promise<RequestResult[]> => {
  const { results, elapsedMs } = await recorded(single(fields), {
    endpoint,
    preflight: 'off',
    timeoutMs: DEADLINE_MS,
    recordText: false,
  });
  expectOnDeadline(results, elapsedMs);
  return results;
};

const silent = async (script: Script): Promise<RequestResult[]> => {
  await using server = await startScriptedServer(script);
  return await timingOut(server.url);
};

const begin: Script = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
};

describe('a server that does not answer ends at the deadline', () => {
  fault('the server never answers', () => silent(() => {}));

  fault('the server sends headers, and then nothing', () => silent(begin));

  fault('the server falls silent within the stream', async () => {
    const results = await silent((response, request) => {
      begin(response, request);
      response.write(delta('a') + delta('b'));
    });
    expect(results[0]?.partial_tokens).toBe(2);
    return results;
  });

  const repeating =
    (piece: string): Script =>
    async (response, request) => {
      begin(response, request);
      while (!response.destroyed) {
        response.write(piece);
        await sleep(20);
      }
    };

  fault('the answer trickles on beyond the deadline', async () => {
    const results = await silent(repeating(delta('a')));
    expect(Number(results[0]?.partial_tokens)).toBeGreaterThan(3);
    return results;
  });

  fault('comments keep an empty stream open', () => silent(repeating(': ping\n\n')));

  fault('the body of an error never ends', async () => {
    const results = await silent((response) => {
      response.writeHead(500).write('{"error":');
    });
    expect(results[0]?.http_status).toBe(500);
    return results;
  });

  fault('the server does not read the request', async () => {
    await using server = await listening(createServer({ pauseOnConnect: true }));
    // More than all the buffers between the two hold.
    return await timingOut(server.url, { prompt: 'word '.repeat(6_000_000) });
  });
});

describe('connections', () => {
  fault('the server accepts no connection', async () => {
    // TLS begins with words of the server, which never come.
    await using server = await startRawServer(() => {});
    return await timingOut(server.url.replace('http:', 'https:'));
  });

  fault(
    'the server takes fewer connections than there are requests',
    async () => {
      const server = createServer((socket) => {
        const text = answer(['a']);
        socket.on('data', async () => {
          await sleep(300);
          const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${text.length}\r\n\r\n`;
          socket.write(head + text);
        });
      });
      server.maxConnections = 2;
      await using listener = await listening(server);
      const { results, record } = await recorded(steady(6, 10), { endpoint: listener.url, preflight: 'off' });
      expect(record.counts).toMatchObject({ succeeded: 2, failed: 4, errors: { connection: 4 } });
      const retried = await recorded(steady(6, 10), { endpoint: listener.url, preflight: 'off', maxRetries: 5 });
      expect(retried.record.counts.succeeded).toBe(6);
      return results.filter(({ status }) => status === 'error');
    },
    { timeout: 15_000 },
  );
});
