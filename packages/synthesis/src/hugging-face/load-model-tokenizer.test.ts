import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { DownloadProgress } from './download.js';

const TOKEN = 'hf_very_secret';
const ID = 'deepseek-ai/deepseek-llm-7b-chat';
const ADDRESS = `/${ID}/resolve/main/tokenizer.json`;

const json = await readFile(TINY_BPE_FILE);
const sha256 = createHash('sha256').update(json).digest('hex');

let home: string;
const servers: Server[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'aibrix-hf-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(home, { recursive: true });
});

interface Received {
  url: string | undefined;
  authorization: string | undefined;
}

/** A real server on a free port; `requests` is what it was asked. */
const serve = async (listener: RequestListener): Promise<{ endpoint: string; requests: Received[] }> => {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url, authorization: request.headers.authorization });
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
};

const sendJson: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': json.length }).end(json);
};

const cacheFolder = (): string => join(home, 'aibrix', 'tokenizers', 'deepseek-ai--deepseek-llm-7b-chat', 'main');
const cachedFiles = (): Promise<string[]> => readdir(cacheFolder()).catch(() => []);

const failureOf = async (env: Record<string, string>): Promise<Error> => {
  try {
    await loadTokenizer(ID, { env: { HF_HOME: home, ...env } });
  } catch (error) {
    return error as Error;
  }
  throw new Error('it should have failed');
};

describe('a Hugging Face id', () => {
  it('is downloaded once and then served from the cache', async () => {
    const { endpoint, requests } = await serve(sendJson);
    const env = { HF_HOME: home, HF_ENDPOINT: endpoint };
    const progress: DownloadProgress[] = [];
    const first = await loadTokenizer(ID, { env, onProgress: (event) => progress.push(event) });
    expect(first).toMatchObject({ name: ID, sha256 });
    expect(await cachedFiles()).toEqual(['tokenizer.json', 'tokenizer.json.sha256']);
    expect(progress[0]).toEqual({ file: `${ID}/tokenizer.json`, receivedBytes: 0, totalBytes: json.length });
    expect(progress.at(-1)?.receivedBytes).toBe(json.length);

    const second = await loadTokenizer(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } });
    expect(second.sha256).toBe(sha256);
    expect(requests).toEqual([{ url: ADDRESS, authorization: undefined }]);
  });

  it('is asked for at its revision, and cached by it', async () => {
    const { endpoint, requests } = await serve(sendJson);
    const tokenizer = await loadTokenizer(`${ID}@v2`, { env: { HF_ENDPOINT: endpoint }, cacheDir: home });
    expect(tokenizer.name).toBe(`${ID}@v2`);
    expect(requests.map(({ url }) => url)).toEqual([`/${ID}/resolve/v2/tokenizer.json`]);
    expect(await readdir(join(home, 'tokenizers', 'deepseek-ai--deepseek-llm-7b-chat'))).toEqual(['v2']);
  });

  it('is downloaded again when the cached file is not what was downloaded', async () => {
    const { endpoint, requests } = await serve(sendJson);
    const env = { HF_HOME: home, HF_ENDPOINT: endpoint };
    await loadTokenizer(ID, { env });
    await writeFile(join(cacheFolder(), 'tokenizer.json'), json.subarray(0, 1000));
    expect((await loadTokenizer(ID, { env })).sha256).toBe(sha256);
    expect(requests).toHaveLength(2);
    expect(await readFile(join(cacheFolder(), 'tokenizer.json'))).toEqual(json);
  });

  it('is taken from the cache of the Hugging Face tools', async () => {
    const folder = join(home, 'hub', 'models--deepseek-ai--deepseek-llm-7b-chat');
    await mkdir(join(folder, 'refs'), { recursive: true });
    for (const commit of ['0ld', 'n3w']) {
      await mkdir(join(folder, 'snapshots', commit), { recursive: true });
      await writeFile(join(folder, 'snapshots', commit, 'tokenizer.json'), commit === 'n3w' ? json : 'outdated');
    }
    await writeFile(join(folder, 'refs', 'main'), 'n3w');
    const env = { HF_HOME: home, HF_HUB_OFFLINE: '1' };
    expect((await loadTokenizer(ID, { env })).sha256).toBe(sha256);
    expect((await loadTokenizer(`${ID}@n3w`, { env })).sha256).toBe(sha256);
  });

  it('is downloaded when what the cache of the Hugging Face tools holds cannot be used', async () => {
    const snapshot = join(home, 'hub', 'models--deepseek-ai--deepseek-llm-7b-chat', 'snapshots', 'c0mm1t');
    await mkdir(snapshot, { recursive: true });
    await writeFile(join(snapshot, 'tokenizer.json'), json.subarray(0, 1000));
    const { endpoint, requests } = await serve(sendJson);
    const env = { HF_HOME: home, HF_ENDPOINT: endpoint };
    await expect(loadTokenizer(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } })).rejects.toMatchObject({
      code: 'tokenizer',
      location: { file: join(snapshot, 'tokenizer.json') },
    });
    expect((await loadTokenizer(ID, { env })).sha256).toBe(sha256);
    expect((await loadTokenizer(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } })).sha256).toBe(sha256);
    expect(requests).toHaveLength(1);
  });

  it('sends the token to the endpoint and to no other origin', async () => {
    const storage = await serve(sendJson);
    const hub = await serve((_, response) => {
      response.writeHead(302, { location: `${storage.endpoint}/blob` }).end();
    });
    await loadTokenizer(ID, { env: { HF_HOME: home, HF_ENDPOINT: hub.endpoint, HF_TOKEN: ` ${TOKEN}\n` } });
    expect(hub.requests).toEqual([{ url: ADDRESS, authorization: `Bearer ${TOKEN}` }]);
    expect(storage.requests).toEqual([{ url: '/blob', authorization: undefined }]);
  });

  it.each([
    [401, /no access .* answered 401/, /HF_TOKEN/],
    [403, /no access .* answered 403/, /HF_TOKEN/],
    [404, /there is no tokenizer\.json of deepseek-ai\/deepseek-llm-7b-chat/, /Check the id/],
    [500, /could not be downloaded: .* answered 500/, /mirror/],
  ])('that is answered with %d fails clearly', async (status, message, hint) => {
    const { endpoint, requests } = await serve((_, response) => {
      response.writeHead(status).end('no');
    });
    const error = await failureOf({ HF_ENDPOINT: endpoint, HF_TOKEN: TOKEN });
    expect(error).toMatchObject({ code: 'tokenizer', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ hint: expect.stringMatching(hint) });
    expect(error).toMatchObject({ hint: expect.stringContaining('o200k_base') });
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
    expect(requests).toHaveLength(status === 500 ? 3 : 1);
    expect(await cachedFiles()).toEqual([]);
  });

  it('whose body ends early leaves nothing behind', async () => {
    const { endpoint } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': json.length });
      response.write(json.subarray(0, json.length / 2), () => response.destroy());
    });
    const error = await failureOf({ HF_ENDPOINT: endpoint, HF_TOKEN: TOKEN });
    expect(error).toMatchObject({
      code: 'tokenizer',
      message: expect.stringMatching(/could not be downloaded from http.*: after \d+ bytes: /),
    });
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
    expect(await cachedFiles()).toEqual([]);
  });

  it('whose body is no tokenizer leaves nothing behind', async () => {
    const { endpoint } = await serve((_, response) => {
      response.end('<html>Please log in</html>');
    });
    const error = await failureOf({ HF_ENDPOINT: endpoint });
    expect(error).toMatchObject({ code: 'tokenizer', message: expect.stringContaining(`${endpoint}/${ID}`) });
    expect(await cachedFiles()).toEqual([]);
  });

  it('says that the endpoint refuses connections', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const error = await failureOf({ HF_ENDPOINT: `http://127.0.0.1:${port}`, HF_TOKEN: TOKEN });
    expect(error).toMatchObject({ code: 'tokenizer', message: expect.stringContaining('ECONNREFUSED') });
    expect(error).toMatchObject({ hint: expect.stringContaining('cl100k_base') });
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
  });

  it('is not downloaded offline', async () => {
    const { endpoint, requests } = await serve(sendJson);
    const error = await failureOf({ HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: '1' });
    expect(error).toMatchObject({ code: 'tokenizer', message: expect.stringContaining('HF_HUB_OFFLINE') });
    expect(requests).toEqual([]);
  });

  it('stops at the signal', async () => {
    const stop = new AbortController();
    const { endpoint } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': json.length });
      response.write(json.subarray(0, 1000), () => stop.abort());
    });
    await expect(
      loadTokenizer(ID, { env: { HF_HOME: home, HF_ENDPOINT: endpoint }, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(await cachedFiles()).toEqual([]);
  });
});
