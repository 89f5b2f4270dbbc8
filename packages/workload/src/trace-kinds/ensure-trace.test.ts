import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { ensureTrace } from './ensure-trace.js';

const folder = temporaryFolder();
const TRACE = 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.68,374,44\r\n';

let server: Server;
let origin: string;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked++;
    if (request.url === '/trace.csv') response.end(TRACE);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('downloads a trace that is missing, once', async () => {
  const path = folder.path('missing.csv');
  const options = { kind: 'azure', trace: 'conv', path, url: `${origin}/trace.csv` } as const;
  expect(await ensureTrace(options)).toMatchObject({ bytes: TRACE.length });
  expect(await readFile(path, 'utf8')).toBe(TRACE);
  const before = asked;
  expect(await ensureTrace(options)).toBeUndefined();
  expect(asked).toBe(before);
});

it('leaves nothing behind where there is no such file', async () => {
  const path = folder.path('none.csv');
  const options = { kind: 'azure', trace: 'conv', path, url: `${origin}/other.csv` } as const;
  await expect(ensureTrace(options)).rejects.toMatchObject({ hint: expect.stringContaining('bring yourself') });
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each([
  [{ kind: 'azure', trace: 'converse' } as const, 'trace.csv', /conv, code/],
  [{ kind: 'mooncake', trace: 'conv' } as const, 'trace.jsonl', /conversation, synthetic, toolagent/],
  [{ kind: 'azure', trace: 'conv' } as const, 'trace.csv.gz', /same ending/],
])('refuses %j as %s', async (which, name, hint) => {
  await expect(ensureTrace({ ...which, path: folder.path(name) })).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringMatching(hint),
  });
});
