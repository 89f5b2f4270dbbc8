import type { RequestListener } from 'node:http';
import { createSecureServer, createServer, type Http2Session } from 'node:http2';
import type { Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from './certificates.js';
import { collect, single, steady } from './collect.js';
import {
  DONE,
  delta,
  finish,
  type Script,
  type ScriptedServer,
  saying,
  sleep,
  startScriptedServer,
  usage,
} from './scripted-server.js';

let certificates: Certificates;
let caCertPath: string;
beforeAll(async () => {
  certificates = await makeCertificates();
  caCertPath = await certificates.file('ca.pem', certificates.authority.cert);
});
afterAll(() => certificates[Symbol.asyncDispose]());

type Listener = Parameters<typeof createServer>[1];

const startSecure = (script: Script, settings: object = {}, sessions: Http2Session[] = []): Promise<ScriptedServer> =>
  startScriptedServer(script, {
    kind: {
      scheme: 'https',
      create: (listener: RequestListener): Server =>
        createSecureServer({ ...certificates.server, allowHTTP1: true, settings }, listener as unknown as Listener).on(
          'session',
          (session) => sessions.push(session),
        ),
    },
  });

const OPTIONS = { preflight: 'off', http2: true } as const;

describe('HTTP/2', () => {
  it('shares one connection, and each request is measured by itself', async () => {
    const sessions: Http2Session[] = [];
    await using server = await startSecure(
      async (response, { body }) => {
        const isSlow = body.messages[0]?.content === 'slow';
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(delta('a'));
        await sleep(isSlow ? 300 : 100);
        response.end(delta('b') + finish + usage(1, 2) + DONE);
      },
      {},
      sessions,
    );
    const workload = steady(12, 5, (index) => ({ prompt: index === 3 ? 'slow' : 'p' }));
    const { results, record } = await collect(workload, { endpoint: server.url, tls: { caCertPath }, ...OPTIONS });
    expect(results.map((result) => [result.status, result.output])).toEqual(Array(12).fill(['success', 'ab']));
    expect(sessions).toHaveLength(1);
    expect(server.connections.size).toBe(1);
    expect(record.connections).toMatchObject({ warm_wanted: 1, warm_opened: 1, opened: 1 });
    for (const result of results) {
      const expected = result.request_id === 3 ? 0.3 : 0.1;
      expect(Number(result.tpot)).toBeGreaterThan(expected - 0.02);
      expect(Number(result.tpot)).toBeLessThan(expected + 0.1);
      expect(Number(result.ttft)).toBeLessThan(0.1);
      expect(Number(result.start_time)).toBeGreaterThanOrEqual(Number(result.scheduled_time));
    }
    const order = results.map((result) => Number(result.start_time));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('is spoken to the preflight too, and not at all unless it is asked for', async () => {
    for (const http2 of [true, false]) {
      const sessions: Http2Session[] = [];
      await using server = await startSecure(saying('a'), {}, sessions);
      const { results, record } = await collect(single(), { endpoint: server.url, tls: { caCertPath }, http2 });
      expect(results[0]?.status).toBe('success');
      expect(record.warnings).toEqual([]);
      expect(server.preflights).toHaveLength(1);
      expect(sessions.length > 0).toBe(http2);
    }
  });

  it('opens further connections when the server wants fewer streams on each', async () => {
    await using server = await startSecure(
      async (response, request) => {
        await sleep(200);
        saying('a')(response, request);
      },
      { maxConcurrentStreams: 2 },
    );
    const { results } = await collect(steady(6, 5), { endpoint: server.url, tls: { caCertPath }, ...OPTIONS });
    expect(results.map((result) => result.status)).toEqual(Array(6).fill('success'));
    expect(server.connections.size).toBeGreaterThan(1);
  });

  it('ends one request at its deadline without its neighbours', async () => {
    await using server = await startSecure(async (response, request) => {
      if (request.body.messages[0]?.content === 'never') return;
      await sleep(100);
      saying('a')(response, request);
    });
    const workload = steady(4, 20, (index) => ({ prompt: index === 1 ? 'never' : 'p' }));
    const options = { endpoint: server.url, tls: { caCertPath }, timeoutMs: 400, ...OPTIONS };
    const { results } = await collect(workload, options);
    expect(results.map((result) => result.error_type)).toEqual([null, 'timeout', null, null]);
    expect(server.connections.size).toBe(1);
  });

  it('fails the requests of a connection that breaks, each by itself', async () => {
    const sessions: Http2Session[] = [];
    await using server = await startSecure(
      async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(delta('a'));
        await sleep(150);
        for (const session of sessions) session.destroy();
      },
      {},
      sessions,
    );
    const { results } = await collect(steady(3, 5), { endpoint: server.url, tls: { caCertPath }, ...OPTIONS });
    expect(results.map((result) => result.error_type)).toEqual(Array(3).fill('stream_interrupted'));
  });

  it('is spoken without TLS to a server that knows nothing else', async () => {
    await using server = await startScriptedServer(saying('a', 'b'), {
      kind: { scheme: 'http', create: (listener) => createServer(listener as unknown as Listener) },
    });
    const { results } = await collect(steady(5, 10), { endpoint: server.url, ...OPTIONS });
    expect(results.map((result) => [result.status, result.output])).toEqual(Array(5).fill(['success', 'ab']));
    expect(server.connections.size).toBe(1);
  });

  it('falls back to HTTP/1.1 where the server does not know it', async () => {
    const { createServer: createHttps } = await import('node:https');
    await using server = await startScriptedServer(saying('a'), {
      kind: { scheme: 'https', create: (listener) => createHttps(certificates.server, listener) },
    });
    const { results } = await collect(steady(3, 10), { endpoint: server.url, tls: { caCertPath }, ...OPTIONS });
    expect(results.map((result) => result.status)).toEqual(Array(3).fill('success'));
  });

  it('does not go with a connection for each request', async () => {
    const running = async () => collect(single(), { endpoint: 'http://x', http2: true, keepAlive: false });
    await expect(running()).rejects.toThrow('keepAlive: with http2 requests share connections');
  });
});
