import { constants, createBrotliCompress, createGzip, createZstdCompress, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, single } from './collect.js';
import { answer, DONE, delta, finish, type Script, sleep, startScriptedServer, usage } from './scripted-server.js';

const ENCODERS = {
  gzip: () => createGzip(),
  br: () => createBrotliCompress(),
  zstd: () => createZstdCompress(),
};

const FLUSHES = { gzip: constants.Z_SYNC_FLUSH, br: constants.BROTLI_OPERATION_FLUSH, zstd: constants.ZSTD_e_flush };

/** Compresses pieces, each flushed when it is due. */
const compressed =
  (encoding: keyof typeof ENCODERS, pieces: [string, number][]): Script =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
    const encoder = ENCODERS[encoding]();
    encoder.pipe(response);
    for (const [piece, pauseMs] of pieces) {
      encoder.write(piece);
      encoder.flush(FLUSHES[encoding]);
      await sleep(pauseMs);
    }
    encoder.end();
  };

const OPTIONS = { preflight: 'off' } as const;

describe('compressed answers', () => {
  it.each(Object.keys(ENCODERS) as (keyof typeof ENCODERS)[])(
    'in %s are read token by token as the server flushes them',
    async (encoding) => {
      await using server = await startScriptedServer(
        compressed(encoding, [
          [delta('a'), 150],
          [delta('b') + delta('c'), 150],
          [finish + usage(3, 3) + DONE, 0],
        ]),
      );
      const { results } = await collect(single(), { endpoint: server.url, acceptEncoding: encoding, ...OPTIONS });
      expect(server.seen[0]?.headers['accept-encoding']).toBe(encoding);
      expect(results[0]).toMatchObject({ status: 'success', output: 'abc', output_chunks: 2, output_tokens: 3 });
      expect(results[0]?.itl_tokens).toEqual([2]);
      expect(results[0]?.itl?.[0]).toBeGreaterThan(0.1);
      expect(results[0]?.itl?.[0]).toBeLessThan(0.25);
      expect(Number(results[0]?.latency)).toBeGreaterThan(0.28);
    },
  );

  it('are not asked for by default, and read all the same', async () => {
    await using server = await startScriptedServer(compressed('gzip', [[answer(['a', 'b']), 0]]));
    const { results } = await collect(single(), { endpoint: server.url, ...OPTIONS });
    expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
    expect(results[0]).toMatchObject({ status: 'success', output: 'ab' });
  });

  it('may be whole JSON answers and errors too', async () => {
    const body = { choices: [{ message: { content: 'whole' } }], usage: { completion_tokens: 1 } };
    await using server = await startScriptedServer((response) => {
      const isFirst = server.seen.length === 1;
      response.writeHead(isFirst ? 200 : 400, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(isFirst ? body : { error: { message: 'too long' } })));
    });
    const workload = [0, 100].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const { results } = await collect(workload, { endpoint: server.url, streaming: false, ...OPTIONS });
    expect(results[0]).toMatchObject({ status: 'success', output: 'whole' });
    expect(results[1]).toMatchObject({ error_type: 'http_4xx', error_message: 'HTTP 400: too long' });
  });

  it.each<[string, string, Buffer]>([
    ['that are broken', 'gzip', Buffer.from(`${answer(['a'])} and no gzip`)],
    ['cut off', 'gzip', gzipSync(answer(['a'])).subarray(0, 30)],
    ['in a coding that nobody knows', 'lzma', Buffer.from('??')],
  ])('%s are malformed streams, and the next request is none the worse', async (_, encoding, body) => {
    await using server = await startScriptedServer((response) => {
      if (server.seen.length > 1) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding }).end(body);
    });
    const workload = [0, 100].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p' }] }));
    const { results } = await collect(workload, { endpoint: server.url, ...OPTIONS });
    expect(results[0]).toMatchObject({ error_type: 'malformed_stream', error_code: 'content-encoding' });
    expect(results[1]).toMatchObject({ status: 'success' });
  });

  it('that trickle on end at the deadline', async () => {
    const pieces = Array.from({ length: 30 }, (): [string, number] => [delta('a'), 50]);
    await using server = await startScriptedServer(compressed('gzip', pieces));
    const { results } = await collect(single(), { endpoint: server.url, timeoutMs: 300, ...OPTIONS });
    expect(results[0]).toMatchObject({ error_type: 'timeout' });
    expect(Number(results[0]?.partial_tokens)).toBeGreaterThan(2);
  });

  it('in codings that nobody knows are not asked for', async () => {
    const start = () => collect(single(), { endpoint: 'http://x', acceptEncoding: 'gzip, rar' });
    await expect(start()).rejects.toThrow('acceptEncoding: "rar" is none of identity, gzip, br, zstd, deflate');
  });
});
