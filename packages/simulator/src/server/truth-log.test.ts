import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSimulator } from './simulator.js';
import { bodyFor, post, start, steadyProfile, until } from './testing/chat.js';
import { openTruthLog, type TruthRecord } from './truth-log.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'truth-log-'));
});

afterEach(() => rm(folder, { recursive: true }));

const read = async (path: string): Promise<TruthRecord[]> => {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line): TruthRecord => JSON.parse(line));
};

it('has a line for each request, with its true times in epoch seconds', async () => {
  const truthLog = join(folder, 'truth.jsonl');
  const simulator = await startSimulator({ port: 0, truthLog, profile: steadyProfile(30) });
  const sent = performance.timeOrigin + performance.now();
  const response = await post(simulator, bodyFor(3, { stream: true }));
  await response.text();
  const received = performance.timeOrigin + performance.now();
  await simulator.close();
  const [record] = await read(truthLog);
  expect(record).toMatchObject({
    request_id: response.headers.get('request-id'),
    prompt_tokens: 3,
    output_tokens: 3,
    cached_tokens: 0,
    status: 200,
  });
  const { arrival_time = 0, first_byte_time = 0, end_time = 0 } = record ?? {};
  expect(arrival_time).toBeGreaterThanOrEqual(sent / 1e3);
  expect(Number(first_byte_time) - arrival_time).toBeGreaterThanOrEqual(0.0299);
  expect(end_time - arrival_time).toBeGreaterThanOrEqual(0.0899);
  expect(end_time).toBeLessThanOrEqual(received / 1e3);
});

it('has what the engine did: the wait in its queue, the first token before it was written, and preemptions', async () => {
  const truthLog = join(folder, 'truth.jsonl');
  // Ten blocks: two requests of 64 prompt tokens fit until their answers have 17.
  const memory = { kvCacheTokens: 160, maxModelLen: 160, maxNumSeqs: 2 };
  const simulator = await startSimulator({ port: 0, truthLog, profile: { ...steadyProfile(2), ...memory } });
  const messages = [{ role: 'user', content: ' word'.repeat(64) }];
  const ask = (cache_salt: string, headers: Record<string, string>): Promise<Response> =>
    post(simulator, { ...bodyFor(40, { cache_salt }), messages }, { headers });
  const responses = await Promise.all(['a', 'b', 'c'].map((name) => ask(name, { 'x-request-id': name })));
  const ids = responses.map((response) => response.headers.get('request-id'));
  await simulator.close();
  const records = (await read(truthLog)).toSorted((a, b) => ids.indexOf(a.request_id) - ids.indexOf(b.request_id));
  expect(records).toHaveLength(3);
  expect(records.reduce((sum, { preemptions }) => sum + preemptions, 0)).toBe(simulator.stats().preemptions);
  expect(simulator.stats().preemptions).toBeGreaterThan(0);
  const waits = records.map(({ queue_time }) => Number(queue_time)).toSorted((a, b) => a - b);
  expect(waits[0]).toBeLessThan(0.05);
  // The third waits for one of two whose memory is not enough for both: till the first has all its 40 steps.
  expect(waits[2]).toBeGreaterThan(0.06);
  for (const { arrival_time, queue_time, first_token_time, first_byte_time } of records) {
    expect(Number(first_token_time)).toBeGreaterThanOrEqual(arrival_time + Number(queue_time));
    expect(Number(first_byte_time)).toBeGreaterThanOrEqual(Number(first_token_time));
  }
});

it('has refused and abandoned requests too, while the simulator runs', async () => {
  const truthLog = join(folder, 'deep', 'truth.jsonl');
  const simulator = await start({ truthLog, profile: steadyProfile(10), apiKey: 'secret' });
  const headers = { authorization: 'Bearer secret' };
  await post(simulator, bodyFor(1));
  await post(simulator, '{', { headers });
  const aborter = new AbortController();
  await post(simulator, bodyFor(5_000, { stream: true }), { headers, signal: aborter.signal });
  aborter.abort();
  await until(() => simulator.stats().abandoned === 1);
  await simulator.close();
  const records = await read(truthLog);
  expect(records.map(({ status }) => status)).toEqual([401, 400, 499]);
  expect(records[0]).toMatchObject({
    prompt_tokens: null,
    output_tokens: 0,
    queue_time: null,
    first_token_time: null,
    preemptions: 0,
  });
  expect(records[2]?.prompt_tokens).toBe(3);
  expect(records[2]?.output_tokens).toBeGreaterThanOrEqual(1);
  expect(await readFile(truthLog, 'utf8')).not.toContain('secret');
});

it('says so at the start when the file cannot be written', async () => {
  await expect(startSimulator({ port: 0, truthLog: folder })).rejects.toMatchObject({ code: 'output' });
});

it('takes a burst that the disk is slower than, in order and without a warning', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning);
  process.on('warning', onWarning);
  const path = join(folder, 'truth.jsonl');
  const log = await openTruthLog(path);
  const ids = Array.from({ length: 5_000 }, (_, index) => `sim-${index}`);
  for (const request_id of ids) {
    log.write({
      request_id,
      arrival_time: 1,
      first_byte_time: null,
      end_time: 2,
      prompt_tokens: null,
      output_tokens: 0,
      cached_tokens: 0,
      queue_time: null,
      first_token_time: null,
      preemptions: 0,
      status: 400,
    });
  }
  await log.close();
  process.off('warning', onWarning);
  expect((await read(path)).map(({ request_id }) => request_id)).toEqual(ids);
  expect(warnings).toEqual([]);
});

it.skipIf(!existsSync('/dev/full'))('says so at the end when the disk was full, and never stops serving', async () => {
  const simulator = await startSimulator({ port: 0, truthLog: '/dev/full' });
  expect((await post(simulator, bodyFor(1))).status).toBe(200);
  expect((await post(simulator, bodyFor(1))).status).toBe(200);
  await expect(simulator.close()).rejects.toMatchObject({ code: 'output' });
});
