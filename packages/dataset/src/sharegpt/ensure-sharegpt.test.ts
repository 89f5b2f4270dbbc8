import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { DownloadProgress } from '@aibrix/core/download';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureShareGpt } from './ensure-sharegpt.js';

const TOKEN = 'hf_very_secret';
const ADDRESS =
  '/datasets/anon8231489123/ShareGPT_Vicuna_unfiltered/resolve/main/ShareGPT_V3_unfiltered_cleaned_split.json';
const DATASET = JSON.stringify([{ id: 'a', conversations: [{ from: 'human', value: 'Why?' }] }]);

let folder: string;
let path: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-ensure-'));
  path = join(folder, 'sharegpt.json');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

const serve = async (listener: RequestListener) => {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};

const sendDataset: RequestListener = (_, response) => {
  response.end(DATASET);
};

describe('ensureShareGpt', () => {
  it('downloads the dataset once, from the hub, with the token', async () => {
    const { origin, asked } = await serve(sendDataset);
    const env = { HF_ENDPOINT: `${origin}/`, HF_TOKEN: TOKEN };
    const progress: DownloadProgress[] = [];
    const downloaded = await ensureShareGpt({ path, env, onProgress: (event) => progress.push(event) });
    expect(downloaded).toMatchObject({ bytes: DATASET.length, wasResumed: false });
    expect(await readFile(path, 'utf8')).toBe(DATASET);
    expect(progress.at(-1)).toMatchObject({ file: path, receivedBytes: DATASET.length });
    expect(await ensureShareGpt({ path, env })).toBeUndefined();
    expect(asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([[ADDRESS, `Bearer ${TOKEN}`]]);
  });

  it('sends the token to no other origin', async () => {
    const elsewhere = await serve(sendDataset);
    const hub = await serve((_, response) => {
      response.writeHead(302, { location: `${elsewhere.origin}/blob` }).end();
    });
    const env = { HF_ENDPOINT: hub.origin, HF_TOKEN: TOKEN };
    await ensureShareGpt({ path, env });
    await rm(path);
    await ensureShareGpt({ path, env, url: `${elsewhere.origin}/mine.json` });
    expect(elsewhere.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/blob', undefined],
      ['/mine.json', undefined],
    ]);
  });

  it('downloads nothing where the hub is off limits, except from elsewhere', async () => {
    const { origin, asked } = await serve(sendDataset);
    const env = { HF_ENDPOINT: origin, HF_HUB_OFFLINE: '1' };
    await expect(ensureShareGpt({ path, env })).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.stringContaining('HF_HUB_OFFLINE'),
    });
    expect(asked).toEqual([]);
    await ensureShareGpt({ path, env: { HF_HUB_OFFLINE: '1' }, url: `${origin}/mine.json` });
    expect(await readFile(path, 'utf8')).toBe(DATASET);
  });

  it('leaves a file that is there, and stdin, alone', async () => {
    const env = { HF_ENDPOINT: 'http://127.0.0.1:1' };
    await writeFile(path, 'mine');
    expect(await ensureShareGpt({ path, env })).toBeUndefined();
    expect(await ensureShareGpt({ path: '-', env })).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('does not keep a page that is no dataset', async () => {
    const { origin } = await serve((_, response) => {
      response.end('<html>Sign in</html>');
    });
    await expect(ensureShareGpt({ path, env: { HF_ENDPOINT: origin } })).rejects.toMatchObject({ code: 'input' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([401, 404])('says what to do when the hub answers %d, without the token', async (status) => {
    const { origin } = await serve((_, response) => {
      response.writeHead(status).end();
    });
    const error = await ensureShareGpt({ path, env: { HF_ENDPOINT: origin, HF_TOKEN: TOKEN } }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({
      message: expect.stringContaining(`${ADDRESS}: cannot be downloaded: the server answered ${status}`),
      hint: expect.stringContaining('HF_TOKEN'),
    });
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a name by which the download would be read wrongly', async () => {
    const { origin, asked } = await serve((_, response) => {
      response.end(gzipSync(DATASET));
    });
    const env = { HF_ENDPOINT: origin };
    await expect(ensureShareGpt({ path: `${path}.gz`, env })).rejects.toMatchObject({ code: 'usage' });
    expect(asked).toEqual([]);
    await ensureShareGpt({ path: `${path}.gz`, env, url: `${origin}/x.json.gz?token=y` });
    expect(await readdir(folder)).toEqual(['sharegpt.json.gz']);
  });
});
