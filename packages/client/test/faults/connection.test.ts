import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect } from 'vitest';
import { single, type TestRunOptions } from '../collect.js';
import { answer, closedPort, delta, saying, startScriptedServer } from '../scripted-server.js';
import { faultsOf } from './fault.js';
import { listening, startRawServer } from './raw-server.js';
import { recorded } from './recorded.js';

const fault = faultsOf('connection.test.ts');

const ask = async (endpoint: string, options: Partial<TestRunOptions> = {}): Promise<RequestResult[]> => {
  const { results, record, elapsedMs } = await recorded(single(), { endpoint, preflight: 'off', ...options });
  expect(elapsedMs).toBeLessThan(5000);
  // Whatever became of it, it was not the client's fault.
  expect(record.verdict_figures.unsent).toBe(0);
  return results;
};

const askRaw = async (answerTo: (socket: Socket) => void): Promise<RequestResult[]> => {
  await using server = await startRawServer(answerTo);
  const results = await ask(server.url);
  expect(server.connections).toBe(1);
  return results;
};

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

describe('no connection', () => {
  fault('the port refuses connections', async () => ask(`http://127.0.0.1:${await closedPort()}`));

  // A label of more than 63 letters is no name that any resolver would be asked for.
  fault('the host has no address', () => ask(`http://${'a'.repeat(64)}.invalid:8888`));

  fault('the port does not speak TLS', async () => {
    await using server = await startScriptedServer(saying('a'));
    const results = await ask(server.url.replace('http:', 'https:'));
    expect(server.seen).toEqual([]);
    return results;
  });

  const pair = selfSigned();
  fault(
    'the certificate is signed by nobody',
    async () => {
      await using server = await listening(createTlsServer(pair ?? {}), 'https');
      return await ask(server.url);
    },
    // Without openssl there is nothing to make a certificate with.
    { skip: pair === undefined },
  );
});

/** A certificate made now, so that none can run out; undefined without openssl. */
function selfSigned(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a connection that breaks', () => {
  fault('the connection is closed before the response', () => askRaw((socket) => socket.end()));

  fault('the connection is reset before the response', () => askRaw((socket) => socket.resetAndDestroy()));

  const breakingAfter =
    (text: string, how: 'destroy' | 'resetAndDestroy') =>
    (socket: Socket): void => {
      socket.write(CHUNKED + chunk(text));
      // The bytes are to arrive before the break does.
      setTimeout(() => socket[how](), 100);
    };

  fault('the connection is closed within the stream', async () => {
    const results = await askRaw(breakingAfter(delta('a') + delta('b'), 'destroy'));
    expect(results[0]).toMatchObject({ output: 'ab', partial_tokens: 2, http_status: 200 });
    return results;
  });

  fault('the connection is reset within the stream', async () => {
    const results = await askRaw(breakingAfter(delta('a'), 'resetAndDestroy'));
    expect(results[0]).toMatchObject({ output: 'a', partial_tokens: 1 });
    return results;
  });

  fault('the connection is reset after [DONE]', async () => {
    const results = await askRaw(breakingAfter(answer(['a']), 'resetAndDestroy'));
    expect(results[0]).toMatchObject({ output: 'a', output_tokens: 1 });
    // Whole when it said so, 100 ms before the break.
    expect(Number(results[0]?.latency)).toBeLessThan(0.09);
    return results;
  });

  fault('the body is shorter than its content-length', () =>
    askRaw((socket) => socket.end(`${HEAD}content-length: 5000\r\n\r\n${delta('a')}`)),
  );
});

describe('what is not HTTP', () => {
  fault('the response is not HTTP', () => askRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));

  fault('the headers have no end', () =>
    askRaw((socket) => {
      socket.write(HEAD);
      for (let i = 0; i < 100; i++) socket.write(`x-${i}: ${'y'.repeat(1000)}\r\n`);
    }),
  );

  fault('a chunk has no size', () => askRaw((socket) => socket.end(`${CHUNKED}size?\r\n`)));
});
