import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.js';
import { start } from './testing/chat.js';
import { chunksIn, rawRequest } from './testing/raw-client.js';
import type { TruthRecord } from './truth-log.js';

const LONG = 'The ships came back to the harbour in the evening. '.repeat(20);

/** A body of each API with one prompt. */
const BODIES = {
  '/v1/chat/completions': (prompt: string) => ({ messages: [{ role: 'user', content: prompt }], max_tokens: 4 }),
  '/v1/completions': (prompt: string) => ({ prompt, max_tokens: 4 }),
  '/v1/responses': (prompt: string) => ({ input: prompt, max_output_tokens: 4 }),
  '/v1/embeddings': (prompt: string) => ({ input: [prompt, `And then? ${prompt}`] }),
};

type Path = keyof typeof BODIES;

const PATHS = Object.keys(BODIES) as Path[];
const STREAMED = PATHS.filter((path) => path !== '/v1/embeddings');

const bodyOf = (path: Path, fields: Record<string, unknown> = {}, prompt = LONG): Record<string, unknown> => ({
  model: 'm',
  ...BODIES[path](prompt),
  // With it an answer has all the tokens that it may have.
  ignore_eos: true,
  ...fields,
});

const send = async (
  simulator: Simulator,
  path: Path,
  { headers = {}, ...fields }: { headers?: Record<string, string> } & Record<string, unknown> = {},
): Promise<Response> => {
  const body = JSON.stringify(bodyOf(path, fields));
  const response = await fetch(`${simulator.url}${path}`, { method: 'POST', headers, body });
  await response.clone().text();
  return response;
};

/** Prompt tokens found by the engines so far. */
const hits = (simulator: Simulator): number => simulator.stats().prefixCacheHitTokens;

describe.each(PATHS)('%s', (path) => {
  it('goes through the gateway to a pod of its own choice, and the truth log says to which', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'every-endpoint-'));
    const truthLog = join(folder, 'truth.jsonl');
    const simulator = await start({ replicas: 3, routingStrategy: 'round-robin', truthLog });
    const pods: (string | null)[] = [];
    for (let turn = 0; turn < 4; turn++) pods.push((await send(simulator, path)).headers.get('target-pod'));
    expect(pods).toEqual(['sim-pod-0', 'sim-pod-1', 'sim-pod-2', 'sim-pod-0']);
    // Both texts of one request for embeddings ran on its pod.
    const [first = 0, ...others] = simulator.stats().pods.map((pod) => pod.prefixCacheQueriedTokens);
    expect(others).toEqual([first / 2, first / 2]);
    await simulator.close();
    const truths = (await readFile(truthLog, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line): TruthRecord => JSON.parse(line));
    await rm(folder, { recursive: true });
    expect(truths.map(({ pod }) => pod)).toEqual(pods);
    for (const { queue_time, first_token_time, preemptions, cached_tokens, prompt_tokens } of truths) {
      expect([typeof queue_time, typeof first_token_time, preemptions]).toEqual(['number', 'number', 0]);
      expect(cached_tokens).toBeLessThan(prompt_tokens ?? 0);
    }
    expect(truths.map(({ cached_tokens }) => cached_tokens > 100)).toEqual([false, false, false, true]);
  });

  it('shares what is cached only under one salt, till every pod is told to forget', async () => {
    const simulator = await start({ replicas: 2, routingStrategy: 'round-robin' });
    const ask = async (fields: Record<string, unknown> = {}): Promise<boolean> => {
      const before = hits(simulator);
      for (const _ of simulator.stats().pods) await send(simulator, path, fields);
      return hits(simulator) > before;
    };
    const found: boolean[] = [];
    for (const fields of [{}, {}, { cache_salt: 'a' }, { cache_salt: 'a' }, { cache_salt: 'b' }]) {
      found.push(await ask(fields));
    }
    expect(found).toEqual([false, true, false, true, false]);
    const response = await fetch(`${simulator.url}/reset_prefix_cache`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(simulator.stats().pods.map(({ cachedKvBlocks }) => cachedKvBlocks)).toEqual([0, 0]);
    expect([await ask(), await ask()]).toEqual([false, true]);
    expect((await send(simulator, path, { cache_salt: 7 })).status).toBe(400);
  });

  it('serves adapters, and limits users', async () => {
    const simulator = await start({ models: ['m'], loras: ['sql'], rpm: 2 });
    const headers = { user: 'a' };
    expect((await send(simulator, path, { model: 'sql', headers })).status).toBe(200);
    const unknown = await send(simulator, path, { model: 'none', headers });
    expect([unknown.status, unknown.headers.get('x-error-no-model-backends')]).toEqual([400, 'none']);
    const over = await send(simulator, path, { headers });
    expect([over.status, over.headers.get('x-error-rpm-exceeded')]).toEqual([429, 'true']);
    expect((await send(simulator, path)).status).toBe(200);
  });

  it('meets faults that are not about a stream', async () => {
    const simulator = await start();
    const statusWith = async (fault: string): Promise<number> =>
      (await send(simulator, path, { headers: { 'x-sim-fault': fault } })).status;
    expect([await statusWith('500'), await statusWith('429'), await statusWith('none')]).toEqual([500, 429, 200]);
    await expect(statusWith('reset')).rejects.toThrow('fetch failed');
    expect(JSON.parse(await (await send(simulator, path)).text())).toHaveProperty('usage');
    const without = await send(simulator, path, { headers: { 'x-sim-fault': 'no-usage' } });
    expect(JSON.parse(await without.text())).not.toHaveProperty('usage');
  });
});

describe.each(STREAMED)('a stream of %s', (path) => {
  const WORD = /"(?:content|text|delta)":" (?=\w+")/g;

  const streamed = async (fault: string): Promise<{ body: string; tokens: number; error: string | null }> => {
    const simulator = await start();
    const usage = path === '/v1/responses' ? {} : { stream_options: { include_usage: true } };
    const { text, error } = await rawRequest(simulator, {
      path,
      body: bodyOf(path, { stream: true, ...usage }, 'Why is the sky blue?'),
      headers: { 'x-sim-fault': fault },
    });
    const body = chunksIn(text).chunks.join('');
    return { body, tokens: body.match(WORD)?.length ?? 0, error };
  };

  const END = path === '/v1/responses' ? 'event: response.incomplete' : 'data: [DONE]';

  it('breaks off after so many tokens', async () => {
    expect(await streamed('reset:2')).toMatchObject({ tokens: 2, error: 'ECONNRESET' });
    const half = await streamed('half-event:2');
    expect([half.tokens, half.error, half.body.endsWith('\n\n')]).toEqual([2, null, false]);
  });

  it('ends in an error, without usage, or without its end', async () => {
    const error = await streamed('error-event:2');
    expect([error.tokens, error.error]).toEqual([2, null]);
    expect(error.body).toContain('A fault was asked for.');
    expect(error.body).not.toContain('response.incomplete');
    const complete = await streamed('none');
    expect(complete.body).toContain('"usage"');
    expect(complete.body).toContain(END);
    const uncounted = await streamed('no-usage');
    expect(uncounted.body).not.toMatch(/"usage":\{/);
    expect(uncounted.body).toContain(END);
    const endless = await streamed('no-done');
    expect(endless.tokens).toBe(complete.tokens);
    expect(endless.body).not.toContain(END);
  });

  it('holds what is no event, split at every byte, with CRLF and comments', async () => {
    const { body } = await streamed('bad-json:2,crlf,split');
    const texts = body.split('\r\n\r\n').filter((event) => event.includes('data: {'));
    const broken = texts.filter((event) => {
      try {
        JSON.parse(event.slice(event.indexOf('data: ') + 'data: '.length));
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toHaveLength(1);
    expect(body).toContain(': still here\r\n\r\n');
  });
});

it('a stream of responses, which always says its usage, passes a limit on tokens', async () => {
  const simulator = await start({ tpm: 1_000 });
  const headers = { user: 'a' };
  expect((await send(simulator, '/v1/responses', { stream: true, headers })).status).toBe(200);
  expect((await send(simulator, '/v1/completions', { stream: true, headers })).status).toBe(400);
});
