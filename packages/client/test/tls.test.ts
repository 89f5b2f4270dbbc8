import { createServer, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkServer, type TlsOptions } from '../src/index.js';
import { type Certificates, makeCertificates } from './certificates.js';
import { collect, single, steady } from './collect.js';
import { type ScriptedServer, saying, startScriptedServer } from './scripted-server.js';

let certificates: Certificates;
let caCertPath: string;
beforeAll(async () => {
  certificates = await makeCertificates();
  caCertPath = await certificates.file('ca.pem', certificates.authority.cert);
});
afterAll(() => certificates[Symbol.asyncDispose]());

const startTls = (options: ServerOptions, tlsSockets: TLSSocket[] = []): Promise<ScriptedServer> =>
  startScriptedServer(saying('a'), {
    kind: {
      scheme: 'https',
      create: (listener) => createServer(options, listener).on('secureConnection', (socket) => tlsSockets.push(socket)),
    },
  });

describe('TLS', () => {
  it('trusts the authority of a file, and makes its handshakes before the schedule begins', async () => {
    const sockets: TLSSocket[] = [];
    await using server = await startTls(certificates.server, sockets);
    const { results, record } = await collect(steady(8, 10), { endpoint: server.url, tls: { caCertPath } });
    expect(results.map((result) => result.status)).toEqual(Array(8).fill('success'));
    expect(Math.max(...results.map((result) => Number(result.connect_time)))).toBeLessThan(0.1);
    expect(record.connections).toMatchObject({ warm_wanted: 8, warm_opened: 8, opened: 8 });
    expect(record.warnings).toEqual([]);
    expect(record.options.tls).toEqual({ caCertPath });
    // HTTP/2 is spoken where it was asked for only.
    expect(new Set(sockets.map((socket) => socket.alpnProtocol || 'http/1.1'))).toEqual(new Set(['http/1.1']));
  });

  it('tells the server which host is meant, by name and not by address', async () => {
    const sockets: TLSSocket[] = [];
    await using server = await startTls(certificates.server, sockets);
    const endpoint = server.url.replace('127.0.0.1', 'localhost');
    await collect(single(), { endpoint, tls: { caCertPath } });
    expect(new Set(sockets.map((socket) => (socket as { servername?: unknown }).servername))).toEqual(
      new Set(['localhost']),
    );
  });

  it('takes any certificate where it is told to, and says so', async () => {
    await using server = await startTls(certificates.expired);
    const { results, record } = await collect(single(), { endpoint: server.url, tls: { insecure: true } });
    expect(results[0]?.status).toBe('success');
    expect(record.warnings).toEqual(["the server's certificate was not checked (insecure)"]);
  });

  it('shows a client certificate to a server that asks for one', async () => {
    const { authority, client } = certificates;
    const strict = { ...certificates.server, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    await using server = await startTls(strict);
    const clientCertPath = await certificates.file('client.pem', client.cert);
    const clientKeyPath = await certificates.file('client.key', client.key);
    const tls = { caCertPath, clientCertPath, clientKeyPath };
    const { results } = await collect(single(), { endpoint: server.url, tls });
    expect(results[0]?.status).toBe('success');
    await expect(collect(single(), { endpoint: server.url, tls: { caCertPath } })).rejects.toMatchObject({
      code: 'endpoint',
      // Whether the server's word or the end of the connection is seen first is a race.
      message: expect.stringMatching(/CERTIFICATE_REQUIRED|UND_ERR_SOCKET|ECONNRESET/),
      hint: expect.stringContaining('--client-cert'),
    });
  });

  it.each<[string, 'server' | 'elsewhere' | 'expired', boolean, string, string]>([
    ['an unknown authority', 'server', false, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', '--ca-cert'],
    ['a certificate for another name', 'elsewhere', true, 'ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['a certificate that is out of date', 'expired', true, 'CERT_HAS_EXPIRED', 'out of date'],
  ])('refuses %s before load, and as a failed connection without preflight', async (_, name, trusts, code, hint) => {
    await using server = await startTls(certificates[name]);
    const options = { endpoint: server.url, tls: trusts ? { caCertPath } : {} };
    await expect(checkServer({ model: 'm', ...options })).rejects.toMatchObject({
      code: 'endpoint',
      message: `no server answers at ${server.url} (${code})`,
      hint: expect.stringContaining(hint),
    });
    const { results, record } = await collect(single(), { ...options, preflight: 'off' });
    expect(results[0]).toMatchObject({ error_type: 'connection', error_code: code, start_time: null });
    expect(record.warnings).toEqual([`0 of 1 connections were opened ahead of time (${code})`]);
    expect(server.seen).toEqual([]);
  });

  it('is what a server may want that closes plain connections', async () => {
    await using server = await startTls(certificates.server);
    const endpoint = server.url.replace('https:', 'http:');
    await expect(checkServer({ model: 'm', endpoint })).rejects.toMatchObject({
      code: 'endpoint',
      hint: expect.stringContaining('https://'),
    });
  });

  it('tells a server without TLS by what it answers', async () => {
    await using server = await startScriptedServer(saying('a'));
    const endpoint = server.url.replace('http:', 'https:');
    await expect(checkServer({ model: 'm', endpoint })).rejects.toMatchObject({
      code: 'endpoint',
      hint: expect.stringContaining('http://'),
    });
  });

  it.each<[string, () => Promise<TlsOptions>, object]>([
    [
      'a file that is not there',
      async () => ({ caCertPath: 'none.pem' }),
      { code: 'file-not-found', message: 'caCertPath: none.pem cannot be read' },
    ],
    [
      'a file without PEM text',
      async () => ({ caCertPath: await certificates.file('text.pem', 'hello') }),
      { code: 'input', message: expect.stringContaining('caCertPath: it holds no PEM text') },
    ],
    [
      'a key of another certificate',
      async () => ({
        clientCertPath: await certificates.file('one.pem', certificates.client.cert),
        clientKeyPath: await certificates.file('other.key', certificates.server.key),
      }),
      { code: 'input', message: expect.stringContaining('the TLS files cannot be used') },
    ],
    [
      'a certificate without its key',
      async () => ({ clientCertPath: 'client.pem' }),
      { code: 'usage', message: expect.stringContaining('are needed together') },
    ],
  ])('refuses %s before anything is sent', async (_, tls, expected) => {
    await using server = await startTls(certificates.server);
    for (const preflight of ['warn', 'off'] as const) {
      const running = (async () => collect(single(), { endpoint: server.url, tls: await tls(), preflight }))();
      const error = await running.catch((caught: unknown) => caught as Error);
      expect(error).toMatchObject(expected);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('PRIVATE');
    }
    expect(server.connections.size).toBe(0);
  });
});
