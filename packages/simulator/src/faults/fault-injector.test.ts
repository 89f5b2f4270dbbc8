import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../server/simulator.js';
import { bodyFor, complete, errorIn, post, start, steadyProfile, until } from '../server/testing/chat.js';
import { bodyIn, chunksIn, type RawAnswer, type RawRequest, rawRequest } from '../server/testing/raw-client.js';
import type { TruthRecord } from '../server/truth-log.js';

const STREAM = { stream: true, stream_options: { include_usage: true } };

const TOKEN = /"content":" \w+"/g;
const tokensIn = (text: string): number => text.match(TOKEN)?.length ?? 0;

let shared: Simulator;

beforeAll(async () => {
  shared = await startSimulator({ port: 0 });
});

afterAll(() => shared.close());

/** One streamed answer of four tokens with a fault in it, as it comes off the socket. */
const streamed = (fault: string, request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(shared, { body: bodyFor(4, STREAM), headers: { 'x-sim-fault': fault }, ...request });

const whole = (fault: string): Promise<RawAnswer> =>
  rawRequest(shared, { body: bodyFor(4), headers: { 'x-sim-fault': fault } });

const eventsIn = (body: string): string[] => body.split('\n\n').filter((event) => event !== '');

describe('a connection', () => {
  it('refuse: is reset before a byte of an answer', async () => {
    expect(await streamed('refuse')).toEqual({ text: '', reads: [], error: 'ECONNRESET' });
  });

  it('reset: is reset when the request was read', async () => {
    expect(await streamed('reset')).toEqual({ text: '', reads: [], error: 'ECONNRESET' });
  });

  it('reset:2 is reset after two tokens, which the client has', async () => {
    const { text, error } = await streamed('reset:2');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
    expect([tokensIn(text), error, chunksIn(text).isWhole]).toEqual([2, 'ECONNRESET', false]);
  });

  it('reset:0 is reset after the headers', async () => {
    const { text, error } = await streamed('reset:0');
    expect([text.startsWith('HTTP/1.1 200 OK'), bodyIn(text), error]).toEqual([true, '', 'ECONNRESET']);
  });

  it('reset:2 is reset in the middle of a body that is not streamed', async () => {
    const { text, error } = await whole('reset:2');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect([body.length, error]).toEqual([Math.ceil(length / 2), 'ECONNRESET']);
  });

  it('half-event: ends in order in the middle of an event', async () => {
    const { text, error } = await streamed('half-event:2');
    const { chunks, isWhole } = chunksIn(text);
    expect([isWhole, error]).toEqual([true, null]);
    const events = eventsIn(chunks.join(''));
    const last = events.at(-1) ?? '';
    expect(tokensIn(events.slice(0, -1).join(''))).toBe(2);
    expect(last).toMatch(/^data: \{"id":/);
    expect(() => JSON.parse(last.slice('data: '.length))).toThrow();
  });
});

describe('silence', () => {
  it('stall:400ms comes after the headers, and then the answer is whole', async () => {
    const { reads, text } = await streamed('stall:400ms');
    expect(reads[0]?.text).toMatch(/\r\n\r\n$/);
    const [headers, first] = reads;
    expect((first?.atMs ?? 0) - (headers?.atMs ?? 0)).toBeGreaterThan(200);
    expect(tokensIn(text)).toBe(4);
    expect(text).toContain('[DONE]');
  });

  it('stall:400ms:2 comes after two tokens', async () => {
    const { reads, text } = await streamed('stall:400ms:2');
    const before = reads.filter(({ atMs }) => atMs < (reads.at(-1)?.atMs ?? 0) - 200).map((read) => read.text);
    expect(tokensIn(before.join(''))).toBe(2);
    expect(tokensIn(text)).toBe(4);
  });

  it('hang: lasts after the headers until the client goes, and frees the engine', async () => {
    const simulator = await start({ profile: steadyProfile(10) });
    const request = { body: bodyFor(5_000, STREAM), headers: { 'x-sim-fault': 'hang' } };
    const { text } = await rawRequest(simulator, { ...request, until: (seen) => seen.endsWith('\r\n\r\n') });
    expect(bodyIn(text)).toBe('');
    await until(() => simulator.stats().abandoned === 1);
    expect(simulator.stats()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('hang:2 lasts after two tokens', async () => {
    const { text } = await streamed('hang:2', { until: (seen) => tokensIn(seen) === 2 });
    expect(tokensIn(text)).toBe(2);
    expect(text).not.toContain('[DONE]');
  });

  it('delay: comes before the headers', async () => {
    const { reads, text } = await streamed('delay:150ms');
    expect(reads[0]?.atMs).toBeGreaterThanOrEqual(149);
    expect(tokensIn(text)).toBe(4);
  });

  it('token-delay: comes before each token, on top of the engine’s own pace', async () => {
    const { reads, text } = await streamed('token-delay:50ms');
    const times = reads.filter((read) => tokensIn(read.text) > 0).map(({ atMs }) => atMs);
    expect(times).toHaveLength(4);
    for (const [index, atMs] of times.entries()) expect(atMs).toBeGreaterThanOrEqual(50 * (index + 1) - 1);
    expect(text).toContain('[DONE]');
  });
});

describe('bytes', () => {
  it('split: each is a chunk of its own, and all of them come', async () => {
    const plain = bodyIn((await streamed('none')).text);
    const { chunks, isWhole } = chunksIn((await streamed('split')).text);
    expect(isWhole).toBe(true);
    expect(chunks.every((chunk) => chunk.length === 1)).toBe(true);
    expect(tokensIn(chunks.join(''))).toBe(tokensIn(plain));
    expect(chunks).toHaveLength(plain.length);
  });

  it('drip: each comes in a read of its own', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'drip:1ms' };
    const { reads, text } = await rawRequest(simulator, { body: bodyFor(1), headers });
    const [, body = ''] = text.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ usage: { completion_tokens: 1 } });
    // A read that a busy machine took late holds a few.
    expect(reads.length).toBeGreaterThan(body.length / 2);
    expect(reads.at(-1)?.atMs).toBeGreaterThanOrEqual(body.length - 1);
  });

  it('crlf: lines end in CR and LF, and a comment stands before each event', async () => {
    const body = bodyIn((await streamed('crlf')).text);
    expect(body.replaceAll('\r\n', '')).not.toContain('\n');
    const blocks = body.split('\r\n\r\n').slice(0, -1);
    expect(blocks.filter((_, index) => index % 2 === 0).every((block) => block === ': still here')).toBe(true);
    expect(tokensIn(body)).toBe(4);
    expect(blocks.at(-1)).toBe('data: [DONE]');
  });

  it('garbage: is as much as was asked for, and nothing else', async () => {
    const simulator = await start();
    const response = await post(simulator, bodyFor(4, STREAM), { headers: { 'x-sim-fault': 'garbage:3MB' } });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect([text.length, /^x+$/.test(text)]).toEqual([3_000_000, true]);
    await until(() => simulator.stats().succeeded === 1);
    expect(simulator.stats().running).toBe(0);
  });

  it('garbage: of 100 MB is not read by a client that has had enough', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'garbage' };
    const seen = await rawRequest(simulator, { body: bodyFor(4, STREAM), headers, until: (text) => text.length > 1e5 });
    expect(seen.text.length).toBeLessThan(5e6);
    await until(() => simulator.stats().abandoned === 1);
  });
});

describe('events', () => {
  it('no-choices: one more has none', async () => {
    const events = eventsIn(bodyIn((await streamed('no-choices:2')).text)).slice(0, -1);
    const chunks = events.map((event) => JSON.parse(event.slice('data: '.length)));
    // The role comes first.
    expect(chunks.findIndex((chunk) => !('choices' in chunk))).toBe(3);
    expect(chunks.filter((chunk) => !('choices' in chunk))).toHaveLength(1);
    expect(tokensIn(events.join(''))).toBe(4);
  });

  it('bad-json: one more is cut off', async () => {
    const events = eventsIn(bodyIn((await streamed('bad-json')).text)).slice(0, -1);
    const isJson = (event: string): boolean => {
      try {
        JSON.parse(event.slice('data: '.length));
        return true;
      } catch {
        return false;
      }
    };
    expect(events.filter((event) => !isJson(event))).toHaveLength(1);
    expect(tokensIn(events.join(''))).toBe(4);
  });

  it('bad-json: cuts off a body that is not streamed', async () => {
    const body = bodyIn((await whole('bad-json')).text);
    expect(body).toMatch(/^\{"id":/);
    expect(() => JSON.parse(body)).toThrow();
  });

  it('no-done: the last one is missing', async () => {
    const { chunks, isWhole } = chunksIn((await streamed('no-done')).text);
    expect(isWhole).toBe(true);
    expect(chunks.join('')).not.toContain('[DONE]');
    expect(chunks.join('')).toContain('"usage"');
  });

  it('no-usage: none says the tokens', async () => {
    const body = bodyIn((await streamed('no-usage')).text);
    expect(body).not.toContain('usage');
    expect(body).toMatch(/\[DONE\]\n\n$/);
    expect(JSON.parse(bodyIn((await whole('no-usage')).text))).not.toHaveProperty('usage');
  });

  it('error-event: an error stands in the middle of a stream of status 200', async () => {
    const { text } = await streamed('error-event:2');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
    const events = eventsIn(bodyIn(text));
    expect(tokensIn(events.join(''))).toBe(2);
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)?.slice('data: '.length) ?? '')).toMatchObject({ error: { code: 500 } });
  });
});

describe('a refusal', () => {
  it('429: says when to come again, in whole seconds', async () => {
    const { text } = await streamed('429:1500ms');
    expect(text).toMatch(/^HTTP\/1\.1 429 /);
    expect(text).toMatch(/\r\nretry-after: 2\r\n/);
  });

  it('500: is a page of HTML', async () => {
    const { text } = await streamed('500');
    expect(text).toMatch(/^HTTP\/1\.1 500 /);
    expect(text).toMatch(/\r\ncontent-type: text\/html\r\n/);
    expect(text).toContain('<html>');
  });

  it('503: is one of the engine', async () => {
    const { text } = await streamed('503');
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text).not.toContain('x-error');
  });

  it('redirect: leads to where it is answered', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'redirect' };
    const { text } = await rawRequest(simulator, { body: bodyFor(1), headers });
    expect(text).toMatch(/^HTTP\/1\.1 307 /);
    const [, path] = /\r\nlocation: (\S+)\r\n/.exec(text) ?? [];
    const followed = await rawRequest(simulator, { body: bodyFor(1), headers, path: path ?? '' });
    expect(followed.text).toMatch(/^HTTP\/1\.1 200 /);
  });
});

it('slow-read: a long body is taken a part at a time', async () => {
  const simulator = await start();
  const body = bodyFor(1, { padding: 'x'.repeat(600_000) });
  const startMs = performance.now();
  const response = await post(simulator, body, { headers: { 'x-sim-fault': 'slow-read:50ms' } });
  expect(response.status).toBe(200);
  // 600 kB come in nine parts of 64 KiB at least, with a pause between.
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(8 * 50);
});

describe('several faults', () => {
  it('of one request all befall it', async () => {
    const { reads, error } = await streamed('delay:100ms,reset:1');
    expect(reads[0]?.atMs).toBeGreaterThanOrEqual(99);
    expect([tokensIn(reads.map(({ text }) => text).join('')), error]).toEqual([1, 'ECONNRESET']);
  });

  it('befall requests at their rates, the same ones with the same seed', async () => {
    const outcomes = async (seed: number): Promise<string> => {
      const simulator = await start({ faults: '503@0.3,no-done@0.5', seed });
      const statuses: number[] = [];
      for (let index = 0; index < 60; index++) statuses.push((await post(simulator, bodyFor(1))).status);
      return statuses.join();
    };
    const first = await outcomes(1);
    // 60 draws at 0.3: four standard deviations are 14.2.
    const hits = first.split(',').filter((status) => status === '503').length;
    expect(Math.abs(hits - 18)).toBeLessThan(14.2);
    expect(hits).toBeGreaterThan(0);
    expect(await outcomes(1)).toBe(first);
    expect(await outcomes(2)).not.toBe(first);
  });

  it('give way to those that a request asks for, and to none', async () => {
    const simulator = await start({ faults: '503' });
    const statusWith = async (fault: string): Promise<number> =>
      (await post(simulator, bodyFor(1), { headers: { 'x-sim-fault': fault } })).status;
    expect((await post(simulator, bodyFor(1))).status).toBe(503);
    expect(await statusWith('none')).toBe(200);
    expect(await statusWith('429')).toBe(429);
  });

  it('spare what is no completion', async () => {
    const simulator = await start({ faults: 'refuse' });
    expect((await fetch(`${simulator.url}/health`)).status).toBe(200);
    expect((await fetch(`${simulator.url}/v1/models`)).status).toBe(200);
  });
});

it('an answer that ends early frees the engine of its pod', async () => {
  const simulator = await start({ replicas: 2, routingStrategy: 'round-robin', profile: steadyProfile(10) });
  for (const fault of ['half-event', 'error-event', 'reset:1', 'garbage:1kB']) {
    for (let pod = 0; pod < 2; pod++) {
      const body = bodyFor(5_000, STREAM);
      await rawRequest(simulator, { body, headers: { 'x-sim-fault': fault } });
    }
    const isFree = (): boolean => simulator.stats().pods.every(({ running, requests }) => running + requests === 0);
    await until(isFree);
  }
});

it('a header that cannot be read is refused with the reason', async () => {
  const simulator = await start();
  const refused = async (fault: string): Promise<unknown> => {
    const response = await post(simulator, bodyFor(1), { headers: { 'x-sim-fault': fault } });
    return [response.status, (await errorIn(response)).message];
  };
  expect(await refused('rest')).toEqual([400, expect.stringContaining('did you mean "reset"?')]);
  expect(await refused('pause:1s@t=1s')).toEqual([400, expect.stringContaining('for the whole server')]);
});

it('the truth log says which faults were put in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  const truthLog = join(folder, 'truth.jsonl');
  const simulator = await startSimulator({ port: 0, truthLog });
  const send = (fault?: string): Promise<RawAnswer> =>
    rawRequest(simulator, { body: bodyFor(4, STREAM), headers: fault === undefined ? {} : { 'x-sim-fault': fault } });
  await send();
  await send('reset:2');
  await send('429');
  await send('no-done,split');
  await send('refuse');
  await simulator.close();
  const records = (await readFile(truthLog, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): TruthRecord => JSON.parse(line));
  await rm(folder, { recursive: true });
  expect(records.map(({ fault, status }) => [fault, status])).toEqual([
    [undefined, 200],
    ['reset:2', 499],
    ['429', 429],
    ['no-done,split', 200],
    ['refuse', 499],
  ]);
});

it('requests after a fault are served as before', async () => {
  const simulator = await start();
  for (const fault of ['reset', 'reset:1', 'half-event', 'error-event', 'garbage:1kB', '500', 'refuse']) {
    await rawRequest(simulator, { body: bodyFor(4, STREAM), headers: { 'x-sim-fault': fault } });
  }
  expect((await complete(simulator, bodyFor(2))).usage.completion_tokens).toBe(2);
  await until(() => simulator.stats().running === 0);
  expect(simulator.stats()).toMatchObject({ received: 8, waiting: 0, usedKvBlocks: 0 });
});
