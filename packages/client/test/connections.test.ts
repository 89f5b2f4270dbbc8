import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it, vi } from 'vitest';
import { runWorkload } from '../src/index.js';
import { collect, single, steady } from './collect.js';
import { startRawServer, WHOLE } from './raw-server.js';
import { saying, sleep, startScriptedServer } from './scripted-server.js';

/** What these tests are about is not mixed with the connections of the preflight. */
const BARE = { preflight: 'off' } as const;

const connectTimes = (results: RequestResult[]): number[] => results.map((result) => Number(result.connect_time));

describe('connections opened ahead of time', () => {
  it('are there before the schedule begins, carry nothing until then, and are the ones that requests use', async () => {
    await using server = await startRawServer({
      onRequest: ({ socket }) => setTimeout(() => socket.write(WHOLE), 300),
    });
    const { results, record } = await collect(steady(12, 5), { endpoint: server.url, ...BARE });
    expect(results.every((result) => result.status === 'success')).toBe(true);
    expect(server.seen).toHaveLength(12);
    const startMs = record.start_time * 1000;
    for (const { openedMs, firstByteMs, requests } of server.seen) {
      expect(openedMs).toBeLessThan(startMs);
      expect(Number(firstByteMs)).toBeGreaterThan(startMs - 1);
      expect(requests).toBe(1);
    }
    expect(Math.max(...connectTimes(results))).toBeLessThan(0.1);
    expect(record.connections).toEqual({ warm_wanted: 12, warm_opened: 12, opened: 12, stale_retries: 0 });
  });

  it('are as many as asked for, or none', async () => {
    for (const warmConnections of [0, 3]) {
      await using server = await startRawServer();
      const run = runWorkload([{ timestamp: 400, requests: [{ prompt: 'p' }] }], {
        endpoint: server.url,
        model: 'm',
        warmConnections,
        ...BARE,
      });
      await run.started;
      await sleep(100);
      expect(server.seen.map(({ firstByteMs }) => firstByteMs)).toEqual(Array(warmConnections).fill(null));
      expect((await run.finished).counts.succeeded).toBe(1);
    }
  });

  it('are estimated from the first five seconds of the schedule, as it is scaled, and from the limits', async () => {
    const workload = [0, 4000, 6000, 60_000].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const wanted = async (options: object): Promise<number | undefined> => {
      await using server = await startRawServer();
      const run = runWorkload(workload, { endpoint: server.url, model: 'm', ...options, ...BARE });
      await run.started;
      run.cancel();
      return (await run.finished).connections?.warm_wanted;
    };
    expect(await wanted({})).toBe(2);
    expect(await wanted({ timeScale: 0.5 })).toBe(3);
    expect(await wanted({ maxConnections: 1 })).toBe(1);
    expect(await wanted({ pacing: 'asap', concurrency: 7 })).toBe(7);
    expect(await wanted({ keepAlive: false })).toBe(0);
    expect(await wanted({ pacing: 'asap', concurrency: 10_000 })).toBe(256);
  });

  it('that the server closes before they are needed fail no request', async () => {
    await using server = await startRawServer({
      onConnection: ({ socket, openedMs }) => {
        // Those that are there before the first request.
        const isEarly = server.seen.every(({ requests }) => requests === 0);
        if (isEarly && openedMs > 0) setTimeout(() => socket.end(), 50);
      },
    });
    const workload = steady(4, 5).map((entry) => ({ ...entry, timestamp: entry.timestamp + 300 }));
    const { results } = await collect(workload, { endpoint: server.url, ...BARE });
    expect(results.map((result) => result.status)).toEqual(Array(4).fill('success'));
  });

  it('that a server closes at once, having too many, are done without', async () => {
    await using server = await startRawServer({ maxConnections: 2 });
    const { results } = await collect(steady(6, 60), { endpoint: server.url, warmConnections: 6, ...BARE });
    expect(results.map((result) => result.status)).toEqual(Array(6).fill('success'));
    expect(server.seen.map(({ requests }) => requests).sort()).toEqual([0, 6]);
  });

  it('keep within the limit of connections', async () => {
    await using server = await startRawServer();
    const options = { endpoint: server.url, warmConnections: 6, maxConnections: 2, ...BARE };
    const { record } = await collect(steady(2, 100), options);
    expect(record.connections?.warm_wanted).toBe(2);
    expect(server.seen).toHaveLength(2);
  });
});

describe('keep-alive', () => {
  it('uses a connection again', async () => {
    await using server = await startRawServer();
    const { record } = await collect(steady(10, 1), { endpoint: server.url, pacing: 'asap', concurrency: 1, ...BARE });
    expect(record.counts.succeeded).toBe(10);
    expect(server.seen).toHaveLength(1);
  });

  it('opens a connection for each request where none is wanted, and shows what that takes', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { results, record } = await collect(steady(5, 20), { endpoint: server.url, keepAlive: false, ...BARE });
    expect(server.seen.map(({ headers }) => headers.connection)).toEqual(Array(5).fill('close'));
    expect(record.connections).toMatchObject({ opened: 5, warm_wanted: 0 });
    expect(Math.min(...connectTimes(results))).toBeGreaterThan(0);
  });

  it('closes a connection that was idle for long enough', async () => {
    await using server = await startRawServer();
    const workload = [0, 600].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const options = { endpoint: server.url, warmConnections: 1, ...BARE };
    await collect(workload, { ...options, idleTimeoutMs: 200 });
    expect(server.seen).toHaveLength(2);
    await collect(workload, options);
    expect(server.seen).toHaveLength(3);
  });

  it('closes it no later than that, though the server would keep it for longer, and sooner where the server would not', async () => {
    const workload = [0, 700].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const connections = async (keepAlive: string, idleTimeoutMs: number): Promise<number> => {
      await using server = await startRawServer({
        onRequest: ({ socket }) => socket.write(WHOLE.replace('\r\n', `\r\nkeep-alive: ${keepAlive}\r\n`)),
      });
      await collect(workload, { endpoint: server.url, warmConnections: 1, idleTimeoutMs, ...BARE });
      return server.seen.length;
    };
    expect(await connections('timeout=60', 200)).toBe(2);
    expect(await connections('timeout=60', 5000)).toBe(1);
    // Two seconds of it are kept back for the way.
    expect(await connections('timeout=2', 5000)).toBe(2);
  });

  it('sends a request again that met a connection which the server was just closing for being idle', async () => {
    await using server = await startRawServer({
      onRequest: (connection) => {
        // The second on a connection crosses the news of its end.
        if (connection.requests === 2) connection.socket.resetAndDestroy();
        else connection.socket.write(WHOLE);
      },
    });
    const workload = [0, 700].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const { results, record } = await collect(workload, { endpoint: server.url, warmConnections: 1, ...BARE });
    expect(results.map((result) => [result.status, result.attempts])).toEqual([
      ['success', 1],
      ['success', 1],
    ]);
    expect(record.connections).toMatchObject({ opened: 2, stale_retries: 1 });
    expect(record.counts.sent).toBe(2);
  });

  it('does so for one that was opened ahead of time and waited long', async () => {
    await using server = await startRawServer({
      onRequest: (connection) => {
        if (connection === server.seen[0]) connection.socket.resetAndDestroy();
        else connection.socket.write(WHOLE);
      },
    });
    const workload = [{ timestamp: 700, requests: [{ prompt: 'p' }] }];
    const { results, record } = await collect(workload, { endpoint: server.url, warmConnections: 1, ...BARE });
    expect(results[0]).toMatchObject({ status: 'success', attempts: 1 });
    expect(record.connections).toMatchObject({ opened: 2, stale_retries: 1 });
  });

  it.each<[string, number, (socket: import('node:net').Socket) => void]>([
    ['on a connection that was in use a moment ago', 100, (socket) => socket.resetAndDestroy()],
    [
      'once a byte has been answered',
      700,
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', () => socket.resetAndDestroy()),
    ],
    ['when the server thought about it first', 700, (socket) => setTimeout(() => socket.resetAndDestroy(), 600)],
  ])('is no excuse for a server that breaks %s', async (_, secondMs, breakIt) => {
    await using server = await startRawServer({
      onRequest: (connection) => {
        if (connection.requests === 2) breakIt(connection.socket);
        else connection.socket.write(WHOLE);
      },
    });
    const workload = [0, secondMs].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const { results, record } = await collect(workload, { endpoint: server.url, warmConnections: 1, ...BARE });
    expect(results[1]).toMatchObject({ status: 'error' });
    expect(record.connections?.stale_retries).toBe(0);
  });

  it('sends no request a third time', async () => {
    await using server = await startRawServer({
      onRequest: (connection) => {
        if (server.seen.length > 1 || connection.requests === 2) connection.socket.resetAndDestroy();
        else connection.socket.write(WHOLE);
      },
    });
    const workload = [0, 700].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const { results } = await collect(workload, { endpoint: server.url, warmConnections: 1, ...BARE });
    expect(results[1]).toMatchObject({ error_type: 'connection', attempts: 1 });
    expect(server.seen).toHaveLength(2);
  });
});

describe('a limit of connections', () => {
  it('is never passed, and the wait for one is the queue time that the user asked for', async () => {
    let open = 0;
    let most = 0;
    await using server = await startRawServer({
      onConnection: ({ socket }) => {
        most = Math.max(most, ++open);
        socket.on('close', () => open--);
      },
      onRequest: ({ socket }) => setTimeout(() => socket.write(WHOLE), 100),
    });
    const { results, record } = await collect(steady(6, 1), { endpoint: server.url, maxConnections: 2, ...BARE });
    expect(most).toBe(2);
    expect(server.seen).toHaveLength(2);
    const queued = results.map((result) => Number(result.queue_time)).sort((a, b) => a - b);
    expect(queued[1]).toBeLessThan(0.05);
    expect(queued[2]).toBeGreaterThan(0.05);
    expect(queued[5]).toBeGreaterThan(0.15);
    expect(Math.max(...connectTimes(results))).toBeLessThan(0.05);
    expect(Number(record.verdict_figures.client_lag_max_ms)).toBeLessThan(50);
  });

  it('of the server fails what it does not take, and nothing else', async () => {
    await using server = await startRawServer({
      maxConnections: 2,
      onRequest: ({ socket }) => setTimeout(() => socket.write(WHOLE), 300),
    });
    const { results } = await collect(steady(4, 1), { endpoint: server.url, warmConnections: 0, ...BARE });
    const failed = results.filter((result) => result.status === 'error');
    expect(failed).toHaveLength(2);
    for (const result of failed) expect(result).toMatchObject({ error_type: 'connection', output_tokens: null });
  });
});

describe('connections that do not come about', () => {
  it('do not keep a run from being ended', async () => {
    // It never answers the handshake of TLS.
    await using server = await startRawServer();
    const run = runWorkload(single(), { endpoint: server.url.replace('http:', 'https:'), model: 'm', ...BARE });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    run.cancel();
    await expect(run.finished).rejects.toMatchObject({ code: 'aborted' });
  });

  it('are tried with the address of IPv6 as with any other', async () => {
    await using server = await startRawServer({ host: '::1' });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:/);
    const { results, record } = await collect(steady(3, 5), { endpoint: `${server.url}/v1/`, ...BARE });
    expect(results.map((result) => result.status)).toEqual(Array(3).fill('success'));
    expect(record.connections).toMatchObject({ warm_opened: 3, opened: 3 });
  });

  it('tell of a host that does not exist', async () => {
    const endpoint = 'http://no-such-host.invalid:8000';
    await expect(collect(single(), { endpoint })).rejects.toMatchObject({
      code: 'endpoint',
      message: expect.stringMatching(/no server answers at .* \((ENOTFOUND|EAI_AGAIN)\)/),
      hint: expect.stringMatching(/name/),
    });
    const { results, record } = await collect(single(), { endpoint, ...BARE });
    expect(results[0]).toMatchObject({ error_type: 'connection', start_time: null });
    expect(results[0]?.error_code).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(record.warnings[0]).toMatch(/^0 of 1 connections were opened ahead of time \((ENOTFOUND|EAI_AGAIN)\)$/);
  });
});
