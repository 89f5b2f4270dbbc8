import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256OfFile } from '@aibrix/core/files';
import { runRecordSchema, type WorkloadEntry } from '@aibrix/schema';
import { startSimulator } from '@aibrix/simulator';
import { describe, expect, it } from 'vitest';
import { collect, single, type TestRunOptions } from './collect.js';
import {
  answer,
  DONE,
  delta,
  finish,
  type Script,
  type ScriptedServer,
  saying,
  sleep,
  startScriptedServer,
  usage,
} from './scripted-server.js';

/** Answers the request before load so, and the load well. */
const startTrial = (preflight: Script): Promise<ScriptedServer> => startScriptedServer(saying('a'), { preflight });

const streamed =
  (...pieces: string[]): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(pieces.join(''));
  };

const refusing =
  (status: number, message: string): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
  };

/** A workload whose shortest prompt is in the middle. */
const WORKLOAD: WorkloadEntry[] = ['a long prompt', 'short', 'a longer prompt'].map((prompt, index) => ({
  timestamp: index,
  requests: [{ prompt, prompt_length: prompt.length, output_length: 40 }],
}));

describe('the request before load', () => {
  it('is the shortest of the workload in the form of the run, out of the way of its cache', async () => {
    await using server = await startTrial(
      streamed(...'abcdefghijklmnop'.split('').map((text) => delta(text)), finish, usage(5, 16), DONE),
    );
    const { record, results } = await collect(WORKLOAD, { endpoint: server.url, apiKey: 'sk-key', cacheSalt: 'run' });
    expect(server.preflights.map(({ path, body }) => [path, body])).toEqual([
      [
        '/v1/chat/completions',
        {
          model: 'm',
          messages: [{ role: 'user', content: 'short' }],
          temperature: 0,
          max_tokens: 16,
          min_tokens: 16,
          cache_salt: expect.stringMatching(/^aibrix-preflight-[0-9a-f-]{36}$/),
          stream: true,
          stream_options: { include_usage: true },
        },
      ],
    ]);
    expect(server.preflights[0]?.headers.authorization).toBe('Bearer sk-key');
    expect(server.preflights[0]?.arrivedMs).toBeLessThan(record.start_time * 1000);
    expect(results).toHaveLength(3);
    expect(runRecordSchema.parse(record).preflight).toEqual({
      http_status: 200,
      prompt_tokens: 5,
      prompt_length: 5,
      count_mode: null,
      output_tokens: 16,
      output_tokens_asked: 16,
      findings: [],
    });
    expect(record.warnings).toEqual([]);
  });

  it('takes another salt each time', async () => {
    await using server = await startScriptedServer(saying('a'));
    for (let i = 0; i < 2; i++) await collect(single(), { endpoint: server.url });
    expect(server.preflights[0]?.body.cache_salt).not.toBe(server.preflights[1]?.body.cache_salt);
  });

  it('is no later turn of a session, which needs what came before', async () => {
    await using server = await startScriptedServer(saying('a'));
    const workload = ['the first turn', 'then', 'another'].map((prompt, index) => ({
      timestamp: index,
      requests: [{ prompt, session_id: index < 2 ? 'one' : 'two', output_length: 1 }],
    }));
    await collect(workload, { endpoint: server.url });
    expect(server.preflights[0]?.body.messages).toEqual([{ role: 'user', content: 'another' }]);
  });

  it('has a text of its own where the workload is a stream, and asks for no more than the limit', async () => {
    await using server = await startScriptedServer(saying('a'));
    const stream = async function* () {
      yield* WORKLOAD;
    };
    const { record } = await collect(stream(), { endpoint: server.url, outputTokenLimit: 5 });
    expect(server.preflights[0]?.body.max_tokens).toBe(5);
    expect(server.preflights[0]?.body.messages[0]?.content).toMatch(/^Preflight/);
    expect(record.preflight).toMatchObject({ prompt_length: null, output_tokens_asked: 5, findings: [] });
  });

  it('goes without its salt where the server refuses it, and then with a text of its own', async () => {
    const contents: unknown[] = [];
    await using server = await startScriptedServer(
      (response, request) => {
        contents.push(request.body.messages[0]?.content);
        saying('a')(response, request);
      },
      { preflight: refusing(400, 'Unrecognized request argument supplied: cache_salt') },
    );
    const { record } = await collect(single({ output_length: 1 }), { endpoint: server.url });
    expect(contents).toEqual([expect.stringMatching(/^Preflight/), 'hello']);
    expect(record.preflight).toMatchObject({ http_status: 200, prompt_tokens: 3, prompt_length: null, findings: [] });
  });

  it('is not sent when it is not wanted', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { record } = await collect(single(), { endpoint: server.url, preflight: 'off' });
    expect(server.preflights).toEqual([]);
    expect(record.preflight).toBeUndefined();
  });
});

describe('what the request before load shows', () => {
  const findings = async (preflight: Script, options: Partial<TestRunOptions> = {}): Promise<string[]> => {
    await using server = await startTrial(preflight);
    const workload = single({ prompt_length: 12, output_length: 4 });
    const { record, results } = await collect(workload, { endpoint: server.url, ...options });
    expect(record.warnings).toEqual(record.preflight?.findings);
    // What it shows is told, and the run goes on.
    expect(results).toHaveLength(1);
    if (record.warnings.length > 0) {
      const strict = collect(workload, { endpoint: server.url, ...options, preflight: 'fail' });
      const error = await strict.catch((caught: unknown) => caught as Error);
      expect(error).toMatchObject({ code: 'endpoint' });
      const withoutTimes = (text: string): string => text.replace(/after \d+ ms/, '');
      expect(withoutTimes(String((error as Error).message))).toBe(withoutTimes(record.warnings.join('; ')));
      expect(server.seen).toHaveLength(1);
    } else await collect(workload, { endpoint: server.url, ...options, preflight: 'fail' });
    return record.warnings;
  };

  const four = ['a', 'b', 'c', 'd'].map((text) => delta(text));

  it('is nothing where all is well', async () => {
    expect(await findings(streamed(...four, finish, usage(12, 4), DONE))).toEqual([]);
  });

  it('is a count of the prompt that is not the workload’s', async () => {
    expect(await findings(streamed(...four, finish, usage(23, 4), DONE))).toEqual([
      'the server counts 11 tokens more than the workload states (23 instead of 12): its chat template, or another tokenizer; make the workload with count_mode chat to be exact',
    ]);
  });

  it('is missing usage', async () => {
    expect(await findings(streamed(...four, finish, DONE))).toEqual([
      'the server reports no usage, so tokens, TPOT and throughput will not be known',
    ]);
  });

  it.each([
    ['min-tokens', 'min_tokens', 'ignore-eos'],
    ['ignore-eos', 'ignore_eos', 'min-tokens'],
  ] as const)('is %s that is refused or not honoured', async (lengthControl, field, other) => {
    expect(await findings(refusing(400, `unknown field: ${field}`), { lengthControl })).toEqual([
      `the server refuses ${field}: use --length-control ${other}|none (HTTP 400: unknown field: ${field})`,
    ]);
    expect(await findings(streamed(delta('a'), finish, usage(12, 1), DONE), { lengthControl })).toEqual([
      `the server does not honour ${field}: asked for 4 tokens it made 1; try --length-control ${other}`,
    ]);
  });

  it('is no shorter answer where the model may end it', async () => {
    const short = streamed(delta('a'), finish, usage(12, 1), DONE);
    expect(await findings(short, { lengthControl: 'none' })).toEqual([]);
  });

  it('is a server that does not stream', async () => {
    const body = JSON.stringify({
      choices: [{ message: { content: 'abcd' } }],
      usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 },
    });
    const whole: Script = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    };
    expect(await findings(whole)).toEqual([
      'the server does not stream, though it was asked to: there will be no TTFT and no TPOT',
    ]);
    expect(await findings(whole, { streaming: false })).toEqual([]);
  });

  it('is a stream that something holds back', async () => {
    const held: Script = async (response, request) => {
      await sleep(150);
      await streamed(...four, finish, usage(12, 4), DONE)(response, request);
    };
    const [finding] = await findings(held);
    expect(finding).toMatch(/^all 4 tokens came at once after 1\d\d ms: something holds the stream back/);
  });

  it('is any other failure, in words that hold no secret', async () => {
    const echo: Script = (response, { headers }) => {
      response.writeHead(503).end(`overloaded, ${headers.authorization}`);
    };
    expect(await findings(echo, { apiKey: 'sk-very-secret' })).toEqual([
      'the request before load failed (http_5xx): HTTP 503: overloaded, Bearer [redacted]',
    ]);
    expect(await findings((response) => void response.destroy())).toEqual([
      expect.stringMatching(/^the request before load failed \(connection\): /),
    ]);
    expect(await findings(() => {}, { timeoutMs: 200 })).toEqual([
      'the request before load failed (timeout): no complete answer within 0.2 s',
    ]);
  });

  it('is a key that is refused where models may be listed: that ends the run', async () => {
    await using server = await startTrial(refusing(401, 'no key'));
    await expect(collect(single(), { endpoint: server.url })).rejects.toMatchObject({
      code: 'endpoint',
      message: `${server.url} refuses access (HTTP 401)`,
      hint: expect.stringContaining('--api-key'),
    });
    expect(server.seen).toEqual([]);
  });

  it('is not waited for when the run is ended', async () => {
    const stop = new AbortController();
    await using server = await startTrial(() => stop.abort());
    await expect(collect(single(), { endpoint: server.url, signal: stop.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(server.seen).toEqual([]);
  });
});

it('says with the manifest of the workload what the difference is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-'));
  const path = join(folder, 'workload.jsonl');
  await writeFile(path, `${JSON.stringify({ timestamp: 0, requests: [{ prompt: 'p', prompt_length: 12 }] })}\n`);
  const manifest = {
    schema_version: 'aibrix.benchmark.v1',
    kind: 'workload',
    generator: 'constant',
    generator_version: '0',
    options: {},
    seed: 0,
    sha256: await sha256OfFile(path),
    records: 1,
    bytes: 1,
    statistics: {},
    notes: [],
  };
  await using server = await startTrial(
    streamed(answer(Array(16).fill('a')).replace('"prompt_tokens":3', '"prompt_tokens":23')),
  );
  const warnings: Record<string, string | undefined> = {};
  for (const countMode of ['prompt', 'chat']) {
    const synthesis = {
      content: 'prose',
      count_mode: countMode,
      method: 'additive',
      sampled_prompts: 1,
      wrong_prompts: 0,
      max_error_tokens: 0,
    };
    await writeFile(`${path}.manifest.json`, JSON.stringify({ ...manifest, synthesis }));
    const { record } = await collect(path, { endpoint: server.url });
    expect(record.preflight?.count_mode).toBe(countMode);
    warnings[countMode] = record.warnings[0];
  }
  await rm(folder, { recursive: true });
  expect(warnings).toEqual({
    prompt:
      'the server counts 11 tokens more than the workload states (23 instead of 12): its chat template; make the workload with count_mode chat to be exact',
    chat: 'the server counts 11 tokens more than the workload states (23 instead of 12): it has another chat template or tokenizer than the workload was made with',
  });
});

it('finds the difference that the load then has, on a server with a chat template', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-'));
  const chatTemplate = join(folder, 'template.jinja');
  await writeFile(
    chatTemplate,
    '{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}[assistant]',
  );
  const simulator = await startSimulator({ port: 0, tokenizer: 'cl100k_base', countMode: 'chat', chatTemplate });
  const workload = [{ timestamp: 0, requests: [{ prompt: 'Tell me of ships.', prompt_length: 5, output_length: 3 }] }];
  const { results, record } = await collect(workload, { endpoint: simulator.url });
  await simulator.close();
  await rm(folder, { recursive: true });
  const counted = Number(results[0]?.prompt_tokens);
  expect(counted).toBeGreaterThan(5);
  expect(record.preflight).toMatchObject({ prompt_tokens: counted, prompt_length: 5 });
  expect(record.warnings).toEqual([
    `the server counts ${counted - 5} tokens more than the workload states (${counted} instead of 5): its chat template, or another tokenizer; make the workload with count_mode chat to be exact`,
  ]);
});
