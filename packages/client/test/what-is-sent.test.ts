import type { WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { collect, single } from './collect.js';
import { answer, DONE, delta, saying, sse, startScriptedServer, usage } from './scripted-server.js';

const turns = (prompts: string[], fields: object = {}): WorkloadEntry[] =>
  prompts.map((prompt) => ({ timestamp: 0, requests: [{ prompt, session_id: 's', output_length: 1, ...fields }] }));

const SSE = { 'content-type': 'text/event-stream' };

const call = (fields: object): string =>
  delta('', { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...fields }] } }] });

/** An answer without text: two calls of functions. */
const CALLS = [
  delta(''),
  call({ id: 'c1', function: { name: 'look_up', arguments: '' } }),
  call({ function: { arguments: '{"city":' } }),
  call({ function: { arguments: '"Rome"}' } }),
  sse({ choices: [{ index: 0, delta: { tool_calls: [{ index: 1, function: { name: 'sum', arguments: '{}' } }] } }] }),
  sse({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
  usage(3, 9),
  DONE,
].join('');

describe('an answer that only calls tools', () => {
  const CALLED = 'look_up {"city":"Rome"}\nsum {}';

  it('is kept in the conversation and in the result, so that no question stays without its answer', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, SSE).end(CALLS);
    });
    const { results } = await collect(turns(['one', 'two']), { endpoint: server.url });
    expect(results[0]).toMatchObject({
      status: 'success',
      output: CALLED,
      finish_reason: 'tool_calls',
      output_tokens: 9,
    });
    // The name and the arguments are tokens; the chunk of the role is none.
    expect(Number(results[0]?.first_token_time)).toBeGreaterThan(Number(results[0]?.start_time));
    expect(results[0]?.first_answer_time).toBeNull();
    expect(server.seen[1]?.body.messages).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: CALLED },
      { role: 'user', content: 'two' },
    ]);
  });

  it('is the same where answers are not streamed', async () => {
    const calls = [
      { function: { name: 'look_up', arguments: '{"city":"Rome"}' } },
      { function: { name: 'sum', arguments: '{}' } },
    ];
    await using server = await startScriptedServer((response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(
          JSON.stringify({ choices: [{ message: { content: null, tool_calls: calls }, finish_reason: 'tool_calls' }] }),
        );
    });
    const { results } = await collect(turns(['one', 'two']), { endpoint: server.url, streaming: false });
    expect(results[0]).toMatchObject({ status: 'success', output: CALLED, output_tokens: null });
    expect(server.seen[1]?.body.messages[1]).toEqual({ role: 'assistant', content: CALLED });
  });
});

describe('the conversation of completions', () => {
  const text = (word: string, finishReason: string | null = null): string =>
    sse({ choices: [{ index: 0, text: word, finish_reason: finishReason }] });

  it('is one text, each prompt the beginning of the next', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, SSE).end(text(' A') + text('B', 'stop') + usage(1, 2) + DONE);
    });
    const { results } = await collect(turns(['one', ' two', ' three']), { endpoint: server.url, api: 'completions' });
    expect(server.seen.map(({ path }) => path)).toEqual(Array(3).fill('/v1/completions'));
    expect(server.seen.map(({ body }) => body.prompt)).toEqual(['one', 'one AB two', 'one AB two AB three']);
    expect(results[2]?.input).toHaveLength(5);
  });

  it('breaks off where the stream does, and the rest of the session is skipped', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, SSE).end(text(' A') + text('B'));
    });
    const { results } = await collect(turns(['one', ' two']), { endpoint: server.url, api: 'completions' });
    expect(results.map(({ error_type: type }) => type)).toEqual(['stream_interrupted', 'skipped']);
    expect(results[0]).toMatchObject({ partial_tokens: 2, output: ' AB', output_tokens: null });
  });
});

describe('the x-session-id of the gateway', () => {
  it('comes back within the session that got it, and nowhere else', async () => {
    let pods = 0;
    await using server = await startScriptedServer((response, request) => {
      const known = request.headers['x-session-id'];
      response.writeHead(200, { ...SSE, 'x-session-id': known ?? `pod-${pods++}` }).end(answer(['a']));
    });
    const other = { timestamp: 0, requests: [{ prompt: 'x', session_id: 'other' }] };
    const alone = { timestamp: 0, requests: [{ prompt: 'alone' }] };
    await collect([...turns(['one', 'two', 'three']), other, alone], { endpoint: server.url });
    const sent = (prompt: string): unknown =>
      server.seen.find(({ body }) => body.messages.at(-1)?.content === prompt)?.headers['x-session-id'];
    expect(sent('one')).toBeUndefined();
    expect(sent('two')).toMatch(/^pod-\d$/);
    expect(sent('three')).toBe(sent('two'));
    expect(['x', 'alone'].map(sent)).toEqual([undefined, undefined]);
  });

  it('comes back in an agent graph too, and a header of one’s own wins', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, { ...SSE, 'x-session-id': 'pod' }).end(answer(['a']));
    });
    const graph = [
      { timestamp: 0, requests: [{ id: 'a', prompt: 'first', session_id: 1, parents: [] }] },
      { timestamp: 0, requests: [{ id: 'b', prompt: 'second', session_id: 1, parents: ['a'] }] },
    ];
    await collect(graph, { endpoint: server.url });
    expect(server.seen.map(({ headers }) => headers['x-session-id'])).toEqual([undefined, 'pod']);
    server.seen.length = 0;
    await collect(graph, { endpoint: server.url, headers: { 'X-Session-Id': 'mine' } });
    expect(server.seen.map(({ headers }) => headers['x-session-id'])).toEqual(['mine', 'mine']);
  });
});

it('the headers of the gateway are recorded as it answers them', async () => {
  await using server = await startScriptedServer((response) => {
    const routed = { 'routing-strategy': 'least-request', 'target-pod': 'p', 'target-pod-ip': '10.0.0.1:8000' };
    const more = { 'request-id': 'r-1', 'prefill-target-pod': 'q' };
    response.writeHead(200, { ...SSE, ...routed, ...more }).end(answer(['a']));
  });
  for (const routingStrategy of ['random', undefined]) {
    const { results } = await collect(single(), { endpoint: server.url, routingStrategy });
    expect(results[0]).toMatchObject({
      ...{ routing_strategy: 'least-request', target_pod: 'p', target_pod_ip: '10.0.0.1:8000' },
      ...{ target_request_id: 'r-1', prefill_target_pod: 'q' },
    });
  }
});

describe('further headers', () => {
  it('are sent under one spelling, in place of the client’s own, and written nowhere', async () => {
    await using server = await startScriptedServer(saying('a'));
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'External-Filter': 'secret-filter',
      User: 'all',
    };
    const { results, record } = await collect(single({ user: 'own' }), { endpoint: server.url, headers });
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'external-filter': 'secret-filter',
      // The request's own says more than the run's.
      user: 'own',
    });
    expect(record.options).toMatchObject({ headerNames: ['Content-Type', 'External-Filter', 'User'] });
    expect(JSON.stringify({ results, record })).not.toContain('secret-filter');
  });

  it.each([
    [{ 'a b': 'x' }, '"a b" is no name of a header'],
    [{ '': 'x' }, '"" is no name of a header'],
    [{ 'Content-Length': '5' }, 'Content-Length is set by the connection'],
    [{ 'x-a': '1', 'X-A': '2' }, 'X-A is there twice'],
    [{ 'x-a': 'line\nbreak' }, 'x-a: it has characters that no header can carry'],
  ])('%j are refused before anything is sent', async (headers, message) => {
    await expect(collect(single(), { endpoint: 'http://127.0.0.1:9', headers })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
  });
});

describe('options of what is sent', () => {
  it.each([
    [{ extraBody: { messages: [] } }, 'extraBody.messages: it cannot be set here'],
    [{ extraBody: { stream: false } }, 'extraBody.stream: it cannot be set here'],
    [{ api: 'responses', continuousUsage: true }, 'continuousUsage: responses has no usage in every chunk'],
    [{ api: 'embeddings', continuousUsage: true }, 'continuousUsage: embeddings has no usage in every chunk'],
    [{ sendTokenIds: true }, 'sendTokenIds: chat takes text only'],
    [{ api: 'chats' as 'chat' }, 'api: expected one of chat, completions, responses, embeddings, found "chats"'],
  ] as const)('%j are refused', async (options, message) => {
    await expect(collect(single(), { endpoint: 'http://127.0.0.1:9', ...options })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
  });

  it('are in the body and in the record of the run', async () => {
    await using server = await startScriptedServer(saying('a'));
    const options = { temperature: 0.7, extraBody: { top_p: 0.9, stop: ['\n'] }, continuousUsage: true };
    const { record } = await collect(single(), { endpoint: server.url, ...options });
    expect(server.seen[0]?.body).toMatchObject({
      ...{ temperature: 0.7, top_p: 0.9, stop: ['\n'] },
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
    expect(record.options).toMatchObject({ api: 'chat', ...options });
  });
});

describe('a request that the API cannot take', () => {
  const ids = [{ timestamp: 0, requests: [{ prompt_token_ids: [1, 2] }] }];

  it('ends the run before load, with what to do', async () => {
    await expect(collect(ids, { endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'input',
      message: 'entry 0, requests[0]: it has token ids and no text, and a chat API takes none',
      hint: 'Send it with the API completions, which takes token ids as prompt.',
    });
  });

  it('ends a run of a stream when it comes', async () => {
    await using server = await startScriptedServer(saying('a'));
    const stream = (async function* () {
      yield* single();
      yield* ids;
    })();
    await expect(collect(stream, { endpoint: server.url })).rejects.toMatchObject({ code: 'input' });
  });
});
