import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadFileOptions, type DownloadProgress, downloadFile } from './download-file.js';

const SECRET = 'hf_very_secret';
const content = randomBytes(300_000);
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256 = sha256Of(content);

let folder: string;
let path: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-download-'));
  path = join(folder, 'file.bin');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

interface Asked {
  url: string | undefined;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

/** A real server on a free port; `asked` is what it was asked. */
const serve = async (listener: RequestListener): Promise<{ origin: string; asked: Asked[] }> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    asked.push({ url: request.url, range, ifRange: request.headers['if-range'] as string | undefined, authorization });
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};

interface Behaviour {
  bytes?: Uint8Array;
  etag?: string | undefined;
  /** Headers in place of or beside those that are right. */
  headers?: Record<string, string>;
  /** Breaks the connection after so many bytes of the answer. */
  stopAfter?: number | undefined;
  ignoresRange?: boolean;
}

/** Answers as a server of files does, ranges and `If-Range` included. */
const sendFile = (request: IncomingMessage, response: ServerResponse, behaviour: Behaviour = {}): void => {
  const { bytes = content, etag = '"v1"', headers, stopAfter, ignoresRange = false } = behaviour;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const isPart = start > 0 && !ignoresRange && request.headers['if-range'] === etag;
  const body = isPart ? bytes.subarray(start) : bytes;
  response.writeHead(isPart ? 206 : 200, {
    'content-length': body.length,
    ...(etag && { etag }),
    ...(isPart && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    ...headers,
  });
  if (stopAfter === undefined) {
    response.end(body);
    return;
  }
  // What was written arrives before the connection breaks.
  response.write(body.subarray(0, stopAfter), () => setTimeout(() => response.destroy(), 30));
};

/** The behaviours in turn, the last one for ever. */
const inTurn = (...behaviours: (Behaviour | number)[]): RequestListener => {
  let turn = 0;
  return (request, response) => {
    const behaviour = behaviours[Math.min(turn++, behaviours.length - 1)] ?? {};
    if (typeof behaviour === 'number') response.writeHead(behaviour).end('no');
    else sendFile(request, response, behaviour);
  };
};

const download = (origin: string, options: Partial<DownloadFileOptions> = {}) =>
  downloadFile({ url: `${origin}/data/file.bin?sig=${SECRET}`, path, retryDelayMs: 1, ...options });

const failureOf = async (promise: Promise<unknown>): Promise<Error & { code: string; hint: string }> => {
  try {
    await promise;
  } catch (error) {
    expect(inspect(error, { depth: 10 })).not.toContain(SECRET);
    return error as Error & { code: string; hint: string };
  }
  throw new Error('it should have failed');
};

const expectWhole = async (): Promise<void> => {
  expect(sha256Of(await readFile(path))).toBe(sha256);
  expect(await readdir(folder)).toEqual(['file.bin']);
};

describe('downloadFile', () => {
  it('writes the file, tells what it is, and reports how far it is', async () => {
    const { origin, asked } = await serve(inTurn({}));
    const progress: DownloadProgress[] = [];
    path = join(folder, 'new', 'file.bin');
    const result = await download(origin, {
      headers: { authorization: `Bearer ${SECRET}` },
      onProgress: (event) => progress.push(event),
    });
    expect(result).toEqual({ bytes: content.length, sha256, wasResumed: false });
    expect(asked).toEqual([
      { url: `/data/file.bin?sig=${SECRET}`, range: undefined, ifRange: undefined, authorization: `Bearer ${SECRET}` },
    ]);
    expect(progress[0]).toEqual({ file: path, receivedBytes: 0, totalBytes: content.length });
    expect(progress.at(-1)).toEqual({ file: path, receivedBytes: content.length, totalBytes: content.length });
    expect(await readdir(join(folder, 'new'))).toEqual(['file.bin']);
  });

  it('replaces a file that is there only when the new one is whole, and the file behind a link', async () => {
    const behind = join(folder, 'behind.bin');
    await writeFile(behind, 'old');
    await symlink(behind, path);
    const broken = await serve(inTurn({ stopAfter: 1000 }));
    await failureOf(download(broken.origin, { retries: 0 }));
    expect(await readFile(path, 'utf8')).toBe('old');
    const { origin } = await serve(inTurn({}));
    await download(origin);
    expect(sha256Of(await readFile(behind))).toBe(sha256);
  });

  it('takes a body whose length is not announced, and an empty one', async () => {
    const chunked = await serve((_, response) => {
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    const totals: (number | null)[] = [];
    await download(chunked.origin, { onProgress: ({ totalBytes }) => totals.push(totalBytes) });
    expect(new Set(totals)).toEqual(new Set([null]));
    await expectWhole();
    const empty = await serve(inTurn({ bytes: Buffer.alloc(0) }));
    expect(await download(empty.origin)).toEqual({ bytes: 0, sha256: sha256Of(Buffer.alloc(0)), wasResumed: false });
  });

  it('takes a body that is encoded although it was asked not to be', async () => {
    const packed = gzipSync(content);
    const { origin } = await serve(inTurn({ bytes: packed, headers: { 'content-encoding': 'gzip' } }));
    expect((await download(origin)).sha256).toBe(sha256);
  });

  it('follows redirects, and sends credentials to the first origin only', async () => {
    const storage = await serve(inTurn({ stopAfter: 1000 }, {}));
    const hub = await serve((_, response) => {
      response.writeHead(302, { location: `${storage.origin}/blob` }).end();
    });
    const { wasResumed } = await download(hub.origin, { headers: { authorization: `Bearer ${SECRET}` } });
    expect(wasResumed).toBe(true);
    expect(hub.asked.map(({ authorization }) => authorization)).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`]);
    expect(storage.asked.map(({ authorization, range }) => [authorization, range])).toEqual([
      [undefined, undefined],
      [undefined, 'bytes=1000-'],
    ]);
    await expectWhole();
  });

  it('sends a user name and password of the address as basic authorization', async () => {
    const { origin, asked } = await serve(inTurn({}));
    await downloadFile({ url: `${origin.replace('://', '://me:p%40ss@')}/f`, path });
    await downloadFile({ url: `${origin.replace('://', '://me:100%@')}/f`, path });
    expect(asked.map(({ authorization }) => authorization)).toEqual(
      ['me:p@ss', 'me:100%'].map((user) => `Basic ${Buffer.from(user).toString('base64')}`),
    );
  });

  it('hands on what a progress callback throws', async () => {
    const { origin, asked } = await serve(inTurn({}));
    const onProgress = (): void => {
      throw new RangeError('from the callback');
    };
    await expect(download(origin, { onProgress })).rejects.toThrow(new RangeError('from the callback'));
    expect(asked).toHaveLength(1);
  });
});

describe('a download that stops half-way', () => {
  it('goes on where it stopped, as often as it has to', async () => {
    const { origin, asked } = await serve(
      inTurn({ stopAfter: 100_000 }, 503, { stopAfter: 50_000 }, { stopAfter: 7 }, {}),
    );
    expect(await download(origin)).toEqual({ bytes: content.length, sha256, wasResumed: true });
    expect(asked.map(({ range, ifRange }) => [range, ifRange])).toEqual([
      [undefined, undefined],
      ['bytes=100000-', '"v1"'],
      ['bytes=100000-', '"v1"'],
      ['bytes=150000-', '"v1"'],
      ['bytes=150007-', '"v1"'],
    ]);
    await expectWhole();
  });

  it('goes on in a later call, and until then has nothing under the final name', async () => {
    const { origin, asked } = await serve(inTurn({ stopAfter: 100_000 }, {}));
    const error = await failureOf(download(origin, { retries: 0 }));
    expect(error).toMatchObject({ code: 'input', hint: expect.stringContaining('start again') });
    expect(error.message).toMatch(
      /^http:\/\/127[^ ]*\/data\/file\.bin\?…: cannot be downloaded \(after 100000 bytes\): /,
    );
    expect((await readdir(folder)).toSorted()).toEqual(['file.bin.part', 'file.bin.part.json']);
    expect(await readFile(join(folder, 'file.bin.part.json'), 'utf8')).not.toContain(SECRET);

    const progress: DownloadProgress[] = [];
    const result = await download(origin, { onProgress: (event) => progress.push(event) });
    expect(result).toEqual({ bytes: content.length, sha256, wasResumed: true });
    expect(progress[0]).toEqual({ file: path, receivedBytes: 100_000, totalBytes: content.length });
    expect(asked[1]?.range).toBe('bytes=100000-');
    await expectWhole();
  });

  it('goes on by Last-Modified where there is no strong ETag', async () => {
    const modified = 'Tue, 01 Oct 2024 00:00:00 GMT';
    const { origin, asked } = await serve((request, response) => {
      const isRest = request.headers['if-range'] === modified;
      sendFile(request, response, {
        etag: isRest ? modified : 'W/"weak"',
        headers: { etag: 'W/"weak"', 'last-modified': modified },
        stopAfter: isRest ? undefined : 1000,
      });
    });
    expect(await download(origin)).toMatchObject({ sha256, wasResumed: true });
    expect(asked[1]).toMatchObject({ range: 'bytes=1000-', ifRange: modified });
  });

  it.each([
    ['the server ignores ranges', { ignoresRange: true }],
    ['the file has changed', { etag: '"v2"' }],
    [
      'the server sends a part of another version',
      { etag: '"v1"', bytes: randomBytes(400_000), headers: { etag: '"v2"' } },
    ],
    ['the server sends another part', { headers: { 'content-range': `bytes 5-299999/300000` } }],
    ['the server sends not the whole rest', { headers: { 'content-range': `bytes 1000-1999/300000` } }],
  ])('starts again when %s', async (_, second: Behaviour) => {
    let turn = 0;
    const { origin, asked } = await serve((request, response) => {
      turn++;
      if (turn === 2) sendFile(request, response, second);
      else sendFile(request, response, turn === 1 ? { stopAfter: 1000 } : {});
    });
    expect(await download(origin)).toEqual({ bytes: content.length, sha256, wasResumed: false });
    expect(asked[1]?.range).toBe('bytes=1000-');
    expect(asked[2]?.range).toBeUndefined();
    await expectWhole();
  });

  it('starts again where the file has become shorter than what is there', async () => {
    const short = content.subarray(0, 500);
    let turn = 0;
    const { origin } = await serve((request, response) => {
      turn++;
      if (turn === 2) response.writeHead(416, { 'content-range': 'bytes */500' }).end();
      else sendFile(request, response, turn === 1 ? { stopAfter: 1000 } : { bytes: short, etag: '"v2"' });
    });
    expect(await download(origin)).toEqual({ bytes: 500, sha256: sha256Of(short), wasResumed: false });
  });

  it('starts again where the server does not tell versions apart, and keeps no part', async () => {
    const { origin, asked } = await serve(inTurn({ stopAfter: 1000, etag: '' }, { stopAfter: 2000, etag: '' }));
    await failureOf(download(origin, { retries: 1 }));
    expect(asked.map(({ range }) => range)).toEqual([undefined, undefined]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not go on with a part of another address', async () => {
    const { origin, asked } = await serve(inTurn({ stopAfter: 1000 }, {}));
    await failureOf(download(origin, { retries: 0 }));
    const result = await downloadFile({ url: `${origin}/data/file.bin?sig=other`, path });
    expect(result).toMatchObject({ sha256, wasResumed: false });
    expect(asked[1]?.range).toBeUndefined();
  });

  it('does not go on with a part whose side file is broken', async () => {
    const { origin, asked } = await serve(inTurn({ stopAfter: 1000 }, {}));
    await failureOf(download(origin, { retries: 0 }));
    await writeFile(join(folder, 'file.bin.part.json'), '{"sou');
    expect(await download(origin)).toMatchObject({ sha256, wasResumed: false });
    expect(asked[1]?.range).toBeUndefined();
  });

  it('counts silence as a stop', async () => {
    let turn = 0;
    const { origin } = await serve((request, response) => {
      if (++turn > 1) sendFile(request, response);
      else response.writeHead(200, { 'content-length': content.length, etag: '"v1"' }).write(content.subarray(0, 1000));
    });
    expect(await download(origin, { stallTimeoutMs: 150 })).toMatchObject({ sha256, wasResumed: true });
    const mute = await serve(() => {});
    const error = await failureOf(download(mute.origin, { stallTimeoutMs: 50, retries: 1 }));
    expect(error.message).toMatch(
      /cannot be downloaded \(in 2 tries\): (?:nothing came for 0.05 s|the server did not)/,
    );
  });
});

describe('an answer without a length', () => {
  it('is whole when its connection ends, also while the disk is behind', async () => {
    const body = Buffer.concat([content, content, content]);
    const server = createNetServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
        socket.end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await download(`http://127.0.0.1:${port}`)).toMatchObject({ bytes: body.length, sha256: sha256Of(body) });
    expect(await readdir(folder)).toEqual(['file.bin']);
    server.close();
  });
});

describe('a server that lies about the length', () => {
  it('is not believed when less comes', async () => {
    const { origin } = await serve(inTurn({ headers: { 'content-length': '300001', connection: 'close' } }));
    const error = await failureOf(download(origin, { retries: 1 }));
    expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(/in 2 tries/) });
    expect(await readdir(folder)).not.toContain('file.bin');
  });

  it('is not believed when the rest is shorter than its range', async () => {
    const bytes = content.subarray(0, 2000);
    const wrong = { headers: { 'content-range': `bytes 1000-299999/300000` } };
    const { origin } = await serve(inTurn({ stopAfter: 1000 }, { bytes, ...wrong }));
    const error = await failureOf(download(origin, { retries: 1 }));
    expect(error.message).toContain('2000 of 300000 bytes came');
    expect(await readdir(folder)).not.toContain('file.bin');
  });

  it('is not believed when the rest is longer than its range, and the part is thrown away', async () => {
    const wrong = { headers: { 'content-range': `bytes 1000-1999/2000` } };
    const { origin } = await serve(inTurn({ stopAfter: 1000 }, wrong));
    const error = await failureOf(download(origin, { retries: 1 }));
    expect(error.message).toContain('the server sent more than the 2000 bytes it announced');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('what cannot be downloaded', () => {
  it.each([
    [401, 1, 'input', /answered 401$/, /give no access/],
    [403, 1, 'input', /answered 403$/, /give no access/],
    [404, 1, 'file-not-found', /answered 404$/, /Check the address/],
    [418, 1, 'input', /answered 418$/, /Check the address/],
    [206, 1, 'input', /answered 206$/, /Check the address/],
    [429, 3, 'input', /\(in 3 tries\): the server answered 429$/, /start again/],
    [500, 3, 'input', /\(in 3 tries\): the server answered 500$/, /start again/],
  ])('fails clearly when the answer is %d', async (status, tries, code, message, hint) => {
    const { origin, asked } = await serve(inTurn(status));
    const options = { headers: { authorization: `Bearer ${SECRET}` }, retries: 2, hint: 'Or take another.' };
    const error = await failureOf(download(origin, options));
    expect(error).toMatchObject({ name: 'BenchmarkError', code, location: { file: `${origin}/data/file.bin?…` } });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.hint).toMatch(/ Or take another\.$/);
    expect(asked).toHaveLength(tries);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that credentials are missing where there were none', async () => {
    const { origin } = await serve(inTurn(401));
    expect((await failureOf(download(origin))).hint).toMatch(/needs credentials/);
  });

  it('waits as long as the server asks, and no longer than half a minute', async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(503, { 'retry-after': '9999' }).end();
    });
    const waits: number[] = [];
    const clock = {
      now: () => 0,
      at: () => () => {},
      sleepUntil: async (timeMs: number) => {
        waits.push(timeMs);
      },
    };
    await failureOf(download(origin, { clock }));
    expect(waits).toEqual([30_000, 30_000, 30_000, 30_000]);
  });

  it('doubles its waits', async () => {
    const { origin } = await serve(inTurn(500));
    const waits: number[] = [];
    const sleepUntil = async (timeMs: number): Promise<void> => {
      waits.push(timeMs);
    };
    await failureOf(download(origin, { clock: { now: () => 0, at: () => () => {}, sleepUntil }, retryDelayMs: 500 }));
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  it('says that nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const error = await failureOf(
      download(`http://127.0.0.1:${port}`, { headers: { authorization: SECRET }, retries: 1 }),
    );
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('ECONNREFUSED') });
    expect(error.hint).toContain('network');
  });

  it('says that redirects do not end', async () => {
    const { origin, asked } = await serve((request, response) => {
      response.writeHead(302, { location: request.url ?? '' }).end();
    });
    const error = await failureOf(download(origin));
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('redirect') });
    expect(asked.length).toBeLessThan(30);
  });

  it.each([`ftp://example.org/${SECRET}`, SECRET, '', `http://me:${SECRET}@`])(
    'refuses the address %j',
    async (url) => {
      expect(await failureOf(downloadFile({ url, path }))).toMatchObject({ code: 'usage' });
    },
  );

  it('refuses a header that cannot be sent without repeating it', async () => {
    const headers = { authorization: `Bearer ${SECRET}\nx` };
    const error = await failureOf(downloadFile({ url: 'http://127.0.0.1:1/', path, headers }));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('"authorization"') });
  });
});

describe('what cannot be written', () => {
  it('says so before anything is asked: a folder that is a file, and a target that is a folder', async () => {
    const { origin, asked } = await serve(inTurn({}));
    await writeFile(join(folder, 'plain'), '');
    await mkdir(join(folder, 'folder'));
    const inFile = await failureOf(download(origin, { path: join(folder, 'plain', 'file.bin') }));
    expect(inFile).toMatchObject({ code: 'output', message: expect.stringContaining('cannot be written') });
    const onFolder = await failureOf(download(origin, { path: join(folder, 'folder') }));
    expect(onFolder).toMatchObject({ code: 'output', message: expect.stringContaining('is no file') });
    expect(asked).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and does not try again', async () => {
    const { origin, asked } = await serve(inTurn({}));
    await symlink('/dev/full', `${path}.part`);
    const error = await failureOf(download(origin));
    expect(error).toMatchObject({ code: 'output', message: expect.stringContaining('ENOSPC') });
    expect(error.hint).toContain('free some space');
    expect(asked).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
  });
});

describe('an aborted download', () => {
  it('keeps what has arrived, and goes on later', async () => {
    const { origin } = await serve(inTurn({ stopAfter: 100_000 }, {}));
    const controller = new AbortController();
    const error = await failureOf(
      download(origin, {
        signal: controller.signal,
        onProgress: ({ receivedBytes }) => receivedBytes === 100_000 && controller.abort(new Error('enough')),
      }),
    );
    expect(error).toMatchObject({ code: 'aborted' });
    expect((await readdir(folder)).toSorted()).toEqual(['file.bin.part', 'file.bin.part.json']);
    expect(await download(origin)).toEqual({ bytes: content.length, sha256, wasResumed: true });
    await expectWhole();
  });

  it('ends while it waits for an answer, between tries, and before it begins', async () => {
    const mute = await serve(() => {});
    const failing = await serve(inTurn(500));
    for (const { origin } of [mute, failing]) {
      const signal = AbortSignal.timeout(50);
      expect(await failureOf(download(origin, { signal, retryDelayMs: 60_000 }))).toMatchObject({ code: 'aborted' });
    }
    expect(await failureOf(download(failing.origin, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
    });
    expect(failing.asked).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('several downloads of one file at once', () => {
  it('leave one whole file, also when one goes on with a part and others stop', async () => {
    const other = randomBytes(200_000);
    let turn = 0;
    const { origin } = await serve((request, response) => {
      turn++;
      // Two versions alternate, and every third answer breaks.
      const version = turn % 2 === 0 ? { bytes: other, etag: '"v2"' } : {};
      sendFile(request, response, { ...version, stopAfter: turn % 3 === 0 ? 50_000 : undefined });
    });
    const results = await Promise.all(Array.from({ length: 6 }, () => download(origin)));
    const found = sha256Of(await readFile(path));
    expect([sha256, sha256Of(other)]).toContain(found);
    for (const result of results) expect([sha256, sha256Of(other)]).toContain(result.sha256);
    expect(await readdir(folder)).toEqual(['file.bin']);
  });

  it('do not wait for a lock that a killed process has left, and go on with its part', async () => {
    const { origin, asked } = await serve(inTurn({ stopAfter: 100_000 }, {}));
    await failureOf(download(origin, { retries: 0 }));
    const killed = spawn(process.execPath, ['--eval', '']);
    await once(killed, 'exit');
    const holder = { host: hostname(), pid: killed.pid, threadId: 0, token: 'x' };
    await writeFile(`${path}.part.lock`, JSON.stringify(holder));
    expect(await download(origin)).toMatchObject({ sha256, wasResumed: true });
    expect(asked[1]?.range).toBe('bytes=100000-');
    await expectWhole();
  });

  it.each([
    ['a process that is alive', { pid: process.ppid }],
    ['another machine', { host: 'elsewhere', pid: 1 }],
  ])('leave the part of %s alone', async (_, holder) => {
    const { origin } = await serve(inTurn({}));
    await writeFile(`${path}.part`, 'not mine');
    await writeFile(`${path}.part.lock`, JSON.stringify({ host: hostname(), threadId: 0, token: 'x', ...holder }));
    expect(await download(origin)).toMatchObject({ sha256, wasResumed: false });
    expect(await readFile(`${path}.part`, 'utf8')).toBe('not mine');
    expect((await readdir(folder)).toSorted()).toEqual(['file.bin', 'file.bin.part', 'file.bin.part.lock']);
  });

  it('go on in another process when one is killed, while a third keeps out of their way', async () => {
    let isSlow = true;
    const { origin, asked } = await serve((request, response) => {
      if (!isSlow) return sendFile(request, response);
      response.writeHead(200, { 'content-length': content.length, etag: '"v1"' }).write(content.subarray(0, 100_000));
    });
    const script = `
      import { downloadFile } from ${JSON.stringify(new URL('../../dist/download/index.js', import.meta.url).href)};
      const [url, path, tellsHalf] = process.argv.slice(1);
      const onProgress = ({ receivedBytes }) => tellsHalf && receivedBytes === 100_000 && console.log('half');
      console.log(JSON.stringify(await downloadFile({ url, path, onProgress })));
    `;
    const start = (...more: string[]) =>
      spawn(process.execPath, ['--input-type=module', '--eval', script, `${origin}/f`, path, ...more], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const first = start('tells-half');
    await once(first.stdout, 'data');
    isSlow = false;
    const second = start();
    const [line] = (await once(second.stdout, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toEqual({ bytes: content.length, sha256, wasResumed: false });
    first.kill('SIGKILL');
    await once(first, 'exit');
    const third = start();
    const [result] = (await once(third.stdout, 'data')) as [Buffer];
    expect(JSON.parse(result.toString())).toEqual({ bytes: content.length, sha256, wasResumed: true });
    expect(asked.map(({ range }) => range)).toEqual([undefined, undefined, 'bytes=100000-']);
    await expectWhole();
  });
});
