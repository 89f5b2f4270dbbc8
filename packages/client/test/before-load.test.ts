import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import { requestResultSchema, runRecordSchema } from '@aibrix/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordRun, runWorkload } from '../src/index.js';
import { collect, single, steady } from './collect.js';
import { closedPort, saying, startScriptedServer } from './scripted-server.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
});
afterEach(() => rm(folder, { recursive: true }));

const workloadFile = async (text: string): Promise<string> => {
  const path = join(folder, 'workload.jsonl');
  await writeFile(path, text);
  return path;
};

const line = (timestamp: number, fields: object = { prompt: 'p' }): string =>
  `${JSON.stringify({ timestamp, requests: [fields] })}\n`;

describe('a workload that cannot be run ends the run before its first request', () => {
  it.each<[string, string, string, string]>([
    ['a broken line in the middle', `${line(0)}{"timestamp": 5, "requ\n${line(9)}`, 'input', ':2: not valid JSON'],
    [
      'a wrong type',
      line(0) + line(1, { prompt: 5 }),
      'input',
      ':2: requests[0].prompt: Invalid input: expected string',
    ],
    ['times that go back', line(10) + line(9), 'input', ':2: entry 1: timestamps go back, from 10 ms to 9 ms'],
    ['no text', line(0, { prompt_length: 5 }), 'input', ':1: entry 0, requests[0]: it has no prompt'],
    ['no requests', '{"timestamp":0,"requests":[]}\n', 'input', 'the workload has no requests'],
    ['nothing at all', '', 'input', 'the workload has no requests'],
    ['messages without a message', line(0, { messages: [] }), 'input', 'it has no prompt and no messages'],
    [
      'an id that is there twice',
      line(0, { prompt: 'a', id: 'x' }) + line(1, { prompt: 'b', id: 'x' }),
      'input',
      ':2: id "x" is there twice',
    ],
    [
      'a user that no header can carry',
      line(0, { prompt: 'p', user: '東京' }),
      'input',
      ':1: user: no header can carry "東京"',
    ],
    [
      'a parent that comes after its child',
      line(0, { prompt: 'p', id: 'c', parents: ['x'] }) + line(0, { prompt: 'p', id: 'x' }),
      'input',
      ':1: entry 0, requests[0]: parents: "x" is the id of no request before it',
    ],
    [
      'a request that waits for itself',
      line(0, { prompt: 'p', id: 'x', parents: ['x'] }),
      'input',
      'parents: "x" is the id of no request before it',
    ],
  ])('%s', async (_, text, code, message) => {
    await using server = await startScriptedServer(saying('a'));
    const path = await workloadFile(text);
    await expect(collect(path, { endpoint: server.url })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(server.seen).toEqual([]);
  });

  it('session ids that no header can carry, where they are sent as headers', async () => {
    await using server = await startScriptedServer(saying('a'));
    const path = await workloadFile(line(0, { prompt: 'p', session_id: 'line\nbreak' }));
    await expect(collect(path, { endpoint: server.url, sessionKeyHeader: true })).rejects.toMatchObject({
      code: 'input',
    });
    expect((await collect(path, { endpoint: server.url })).results[0]?.status).toBe('success');
  });

  it('a missing file', async () => {
    await expect(collect(join(folder, 'none.jsonl'), { endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});

describe('preflight', () => {
  it('ends the run when no server answers, and touches no older results', async () => {
    const output = join(folder, 'output.jsonl');
    await writeFile(output, 'older\n');
    await writeFile(join(folder, 'output.run.json'), '{"older":true}');
    const endpoint = `http://127.0.0.1:${await closedPort()}`;
    const run = runWorkload(single(), { endpoint, model: 'm' });
    await expect(recordRun(run, output)).rejects.toMatchObject({
      code: 'endpoint',
      message: `no server answers at ${endpoint} (ECONNREFUSED)`,
      hint: expect.stringContaining('aibrix simulate'),
    });
    expect(await readFile(output, 'utf8')).toBe('older\n');
    expect(await readdir(folder)).toHaveLength(2);
  });

  it.each([401, 403])('ends the run when the server answers %d, without repeating the key', async (status) => {
    await using server = await startScriptedServer(saying('a'), {
      models: (response) => response.writeHead(status).end('{}'),
    });
    const running = collect(single(), { endpoint: server.url, apiKey: 'sk-wrong-key' });
    const error = await running.catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ code: 'endpoint', message: `${server.url} refuses access (HTTP ${status})` });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('sk-wrong-key');
    expect(server.seen).toEqual([]);
  });

  it('does not follow a redirect with the key', async () => {
    await using elsewhere = await startScriptedServer(saying('a'));
    await using server = await startScriptedServer(saying('a'), {
      models: (response) => response.writeHead(302, { location: `${elsewhere.url}/v1/chat/completions` }).end(),
    });
    const { record } = await collect(single(), { endpoint: server.url, headers: { 'x-api-key': 'header-secret' } });
    expect(record.warnings[0]).toContain('answered HTTP 302');
    expect(elsewhere.seen).toEqual([]);
  });

  it('warns of a model that the server does not list, or refuses it when strict', async () => {
    await using server = await startScriptedServer(saying('a'), {
      models: (response) => response.setHeader('content-type', 'application/json').end('{"data":[{"id":"llama"}]}'),
    });
    const { record } = await collect(single(), { endpoint: server.url });
    expect(record.warnings).toEqual(['the server does not list the model "m"; it has: llama']);
    await expect(collect(single(), { endpoint: server.url, preflight: 'fail' })).rejects.toMatchObject({
      code: 'endpoint',
    });
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['no JSON', (response) => response.end('models'), 'answered no list of models'],
    ['another JSON', (response) => response.end('null'), 'answered no list of models'],
  ])('warns of an answer that is %s, or refuses it when strict', async (_, models, warning) => {
    await using server = await startScriptedServer(saying('a'), { models });
    const { record } = await collect(single(), { endpoint: server.url });
    expect(record.warnings[0]).toContain(warning);
    await expect(collect(single(), { endpoint: server.url, preflight: 'fail' })).rejects.toMatchObject({
      code: 'endpoint',
    });
  });

  it('asks on ports that fetch refuses too', async () => {
    await using server = await startScriptedServer(saying('a'), { port: 10_080 });
    const { results, record } = await collect(single(), { endpoint: server.url });
    expect(results[0]?.status).toBe('success');
    expect(record.warnings).toEqual([]);
  });

  it('warns where models cannot be asked for', async () => {
    await using server = await startScriptedServer(saying('a'), {
      models: (response) => response.writeHead(404).end(),
    });
    const { record, results } = await collect(single(), { endpoint: server.url });
    expect(record.warnings).toEqual(['GET /v1/models answered HTTP 404, so the model "m" was not checked']);
    expect(results[0]?.status).toBe('success');
  });
});

describe('recordRun', () => {
  it('writes one line a request and the record of the run beside them', async () => {
    await using server = await startScriptedServer(saying('a', 'b'));
    const path = await workloadFile(
      Array.from({ length: 50 }, (_, i) => line(i * 4, { prompt: `p${i}`, id: `w${i}` })).join(''),
    );
    const output = join(folder, 'results', 'output.jsonl');
    const record = await recordRun(
      runWorkload(path, { endpoint: server.url, model: 'm', maxClientLagMs: 1000 }),
      output,
    );
    const results = [];
    for await (const result of readJsonl(output, { schema: requestResultSchema })) results.push(result);
    expect(new Set(results.map((result) => result.workload_id)).size).toBe(50);
    const written = runRecordSchema.parse(
      JSON.parse(await readFile(join(folder, 'results', 'output.run.json'), 'utf8')),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(record)));
    expect(written).toMatchObject({ verdict: 'valid', workload: { path, manifest: null }, counts: { succeeded: 50 } });
    expect(written.workload.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says at once that the results cannot be written, and sends nothing', async () => {
    await using server = await startScriptedServer(saying('a'));
    await writeFile(join(folder, 'file'), '');
    const run = runWorkload(steady(5, 20), { endpoint: server.url, model: 'm' });
    await expect(recordRun(run, join(folder, 'file', 'output.jsonl'))).rejects.toMatchObject({ code: 'output' });
    await expect(run.finished).rejects.toMatchObject({ code: 'aborted' });
    expect(server.seen).toEqual([]);
  });

  it('leaves a manifest of another content out', async () => {
    await using server = await startScriptedServer(saying('a'));
    const path = await workloadFile(line(0));
    const manifest = {
      schema_version: 'aibrix.benchmark.v1',
      kind: 'workload',
      generator: 'constant',
      generator_version: '0',
      options: {},
      seed: 0,
      sha256: 'of something else',
      records: 1,
      bytes: 1,
      statistics: {},
      notes: [],
    };
    await writeFile(`${path}.manifest.json`, JSON.stringify(manifest));
    const { record } = await collect(path, { endpoint: server.url });
    expect(record.workload.manifest).toBeNull();
    expect(record.warnings).toEqual(['the manifest beside the workload is of another content, and is left out']);
  });

  it.skipIf(process.platform !== 'linux')('ends the run loudly when the disk is full', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(200, 20), { endpoint: server.url, model: 'm' });
    await expect(recordRun(run, '/dev/full')).rejects.toMatchObject({ code: 'output' });
    const record = await run.finished;
    expect(record.ended_early).toBe('output');
    expect(server.seen.length).toBeLessThan(50);
  });
});
