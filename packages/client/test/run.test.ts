import { describe, expect, it } from 'vitest';
import { collect, single, steady } from './collect.js';
import { answer, DONE, delta, finish, saying, sleep, sse, startScriptedServer, usage } from './scripted-server.js';

describe('what is sent', () => {
  it('asks for exactly the planned tokens, streamed and with usage', async () => {
    await using server = await startScriptedServer(saying('a'));
    await collect(single({ output_length: 7 }), { endpoint: server.url });
    expect(server.seen[0]?.path).toBe('/v1/chat/completions');
    expect(server.seen[0]?.body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0,
      max_tokens: 7,
      min_tokens: 7,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it.each([
    ['ignore-eos', { max_tokens: 7, ignore_eos: true }],
    ['none', { max_tokens: 7 }],
  ] as const)('controls length by %s', async (lengthControl, expected) => {
    await using server = await startScriptedServer(saying('a'));
    await collect(single({ output_length: 7 }), { endpoint: server.url, lengthControl });
    const { max_tokens, min_tokens, ignore_eos } = { ...server.seen[0]?.body } as Record<string, unknown>;
    expect({ max_tokens, min_tokens, ignore_eos }).toEqual({
      min_tokens: undefined,
      ignore_eos: undefined,
      ...expected,
    });
  });

  it('cuts planned output at the limit and warns with the count', async () => {
    await using server = await startScriptedServer(saying('a'));
    const workload = steady(3, 1, (index) => ({ output_length: [5, 100, 30][index] }));
    const { results, record } = await collect(workload, { endpoint: server.url, outputTokenLimit: 10 });
    expect(server.seen.map((request) => request.body.max_tokens).sort()).toEqual([10, 10, 5]);
    expect(results.map((result) => result.output_length_planned)).toEqual([5, 100, 30]);
    expect(record.warnings).toEqual([
      'the output limit of 10 tokens clips the planned output of 2 of 3 requests, by 110 tokens in all; set it to null to send the workload as planned',
    ]);
  });

  it('asks for the limit where no output length is planned, and for nothing where there is no limit', async () => {
    await using server = await startScriptedServer(saying('a'));
    await collect(single({ output_length: null }), { endpoint: server.url, outputTokenLimit: 128 });
    await collect(single({ output_length: null }), { endpoint: server.url });
    expect(server.seen[0]?.body).toMatchObject({ max_tokens: 128 });
    expect(server.seen[0]?.body).not.toHaveProperty('min_tokens');
    expect(server.seen[1]?.body).not.toHaveProperty('max_tokens');
  });

  it.each(['', '/', '/v1', '/v1/'])('reaches an endpoint given with "%s" at its end', async (suffix) => {
    await using server = await startScriptedServer(saying('a'));
    const { results } = await collect(single(), { endpoint: server.url + suffix });
    expect(results[0]?.status).toBe('success');
    expect(server.seen[0]?.path).toBe('/v1/chat/completions');
  });

  it('sends the headers of the AIBrix gateway and the key, and writes no secret anywhere', async () => {
    await using server = await startScriptedServer((response, request) => {
      // Long enough that a cut before the striking out would leave half a key.
      response.writeHead(500).end(`${'-'.repeat(485)}${request.headers.authorization}`);
    });
    const longKey = 'k'.repeat(300);
    const workload = [
      ...single({ session_id: 'chat-1', user: 'ann', model: 'other' }),
      ...single({ session_id: longKey }),
      ...single({ session_id: longKey }),
    ];
    const { results, record } = await collect(workload, {
      endpoint: server.url,
      apiKey: 'sk-very-secret',
      headers: { 'x-team': 'header-secret' },
      routingStrategy: 'prefix-cache',
      sessionKeyHeader: true,
      failedTurn: 'continue',
    });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-very-secret',
      'routing-strategy': 'prefix-cache',
      'x-aibrix-session-key': 'chat-1',
      'x-team': 'header-secret',
      user: 'ann',
    });
    expect(server.seen[0]?.body.model).toBe('other');
    expect(record.warnings.filter((warning) => warning.includes('256 bytes'))).toHaveLength(1);
    expect(results[0]?.error_message).toContain('Bear');
    expect(JSON.stringify([results, record])).not.toMatch(/sk-very|header-secret/);
    expect(record.options).toMatchObject({ hasApiKey: true, headerNames: ['x-team'] });
  });

  it('sends a cache salt where one is given, and puts it on record', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { record } = await collect(single(), { endpoint: server.url, cacheSalt: 'run 7' });
    await collect(single(), { endpoint: server.url });
    expect(server.seen.map(({ body }) => body.cache_salt)).toEqual(['run 7', undefined]);
    expect(record.options).toMatchObject({ cacheSalt: 'run 7' });
  });
});

describe('what is measured', () => {
  it('stamps the first token at the first delta with text, not at the empty role chunk', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(delta(''));
      await sleep(150);
      response.write(sse({ choices: [{ delta: { reasoning_content: 'hm' } }] }));
      await sleep(60);
      response.write(delta('a'));
      await sleep(60);
      response.write(delta('b') + delta('c'));
      await sleep(40);
      response.end(finish + usage(9, 4) + DONE);
    });
    const { results } = await collect(single(), { endpoint: server.url });
    const result = results[0];
    if (!result) throw new Error('no result');
    const { start_time, first_token_time, first_answer_time, last_token_time, end_time } = result as unknown as Record<
      string,
      number
    >;
    const sinceStart = [first_token_time, first_answer_time, last_token_time, end_time].map(
      (time) => Number(time) - Number(start_time),
    );
    expect(sinceStart[0]).toBeGreaterThan(0.149);
    expect(sinceStart[1]).toBeGreaterThan(Number(sinceStart[0]) + 0.058);
    expect(sinceStart[2]).toBeGreaterThan(Number(sinceStart[1]) + 0.058);
    expect(sinceStart[3]).toBeGreaterThan(Number(sinceStart[2]) + 0.038);
    expect(result.ttft).toBeCloseTo(Number(sinceStart[0]), 5);
    expect(result.latency).toBeCloseTo(Number(sinceStart[3]), 5);
    // Four tokens, one in the first read: three came in the time from first to last token.
    expect(result.tpot).toBeCloseTo((Number(last_token_time) - Number(first_token_time)) / 3, 5);
    expect(result.itl).toHaveLength(2);
    expect(result.itl_tokens).toEqual([1, 2]);
    expect(result).toMatchObject({
      output: 'abc',
      prompt_tokens: 9,
      output_tokens: 4,
      total_tokens: 13,
      output_chunks: 3,
    });
    expect(result.throughput).toBeCloseTo(4 / Number(result.latency), 3);
  });

  it('counts tokens of a read by usage where every chunk has it', async () => {
    const chunk = (text: string, tokens: number): string =>
      delta(text, { usage: { prompt_tokens: 1, completion_tokens: tokens } });
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('one two', 2));
      await sleep(30);
      response.write(chunk(' three four five', 5));
      await sleep(30);
      response.end(chunk(' six', 6) + finish + DONE);
    });
    const { results, record } = await collect(single(), { endpoint: server.url });
    expect(results[0]).toMatchObject({ itl_tokens: [3, 1], output_tokens: 6 });
    expect(record.itl_tokens_source).toBe('usage');
  });

  it('does not take a total that comes with the last tokens for a running count', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of [
        delta('a'),
        delta('b'),
        delta('c'),
        delta('d', { usage: { completion_tokens: 4 } }) + finish,
      ]) {
        response.write(piece);
        await sleep(25);
      }
      response.end(DONE);
    });
    const { results, record } = await collect(single(), { endpoint: server.url });
    expect(results[0]).toMatchObject({ itl_tokens: [1, 1, 1], output_tokens: 4 });
    expect(record.itl_tokens_source).toBe('chunk');
  });

  it('has no TTFT, TPOT or ITL without streaming, and keeps target-pod', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'target-pod': 'pod-7', 'request-id': 'r-1' });
      response.end(
        JSON.stringify({
          choices: [{ message: { role: 'assistant', content: 'all at once' }, finish_reason: 'stop' }],
          usage: {
            prompt_tokens: 3,
            completion_tokens: 3,
            total_tokens: 6,
            prompt_tokens_details: { cached_tokens: 2 },
          },
        }),
      );
    });
    const { results } = await collect(single(), { endpoint: server.url, streaming: false });
    expect(server.seen[0]?.body).not.toHaveProperty('stream_options');
    expect(results[0]).toMatchObject({
      status: 'success',
      output: 'all at once',
      ttft: null,
      tpot: null,
      first_token_time: null,
      output_tokens: 3,
      cached_tokens: 2,
      target_pod: 'pod-7',
      target_request_id: 'r-1',
    });
    expect(results[0]).not.toHaveProperty('itl');
  });

  it('reads an answer in whatever pieces it comes, one byte at a time too', async () => {
    const text = answer(['naïve ', '東京 ', '🚀']);
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.socket?.setNoDelay(true);
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const { results } = await collect(single(), { endpoint: server.url });
    expect(results[0]).toMatchObject({ status: 'success', output: 'naïve 東京 🚀', output_tokens: 3 });
  });

  it('leaves texts and gaps out when told to', async () => {
    await using server = await startScriptedServer(saying('a', 'b'));
    const { results } = await collect(single(), { endpoint: server.url, recordText: false, recordItl: false });
    for (const field of ['input', 'output', 'itl', 'itl_tokens']) expect(results[0]).not.toHaveProperty(field);
  });
});

describe('the schedule', () => {
  it('keeps its own times while the server stalls, and scales them', async () => {
    await using server = await startScriptedServer(async (response) => {
      await sleep(300);
      saying('a')(response, server.seen[0] as never);
    });
    const { results, record } = await collect(steady(20, 40), { endpoint: server.url, timeScale: 0.5 });
    const start = record.start_time;
    for (const [index, result] of results.entries()) {
      expect(result.planned_time).toBeCloseTo(start + (index * 20) / 1000, 5);
      expect(result.scheduled_time).toBe(result.planned_time);
      expect(Number(result.start_time)).toBeGreaterThanOrEqual(Number(result.scheduled_time));
    }
    // Every request left before the first answer came: an open loop.
    const firstEnd = Math.min(...results.map((result) => Number(result.end_time)));
    expect(results.filter((result) => Number(result.start_time) < firstEnd).length).toBeGreaterThan(12);
    expect(record.verdict_figures.offered).toBe(20);
  });

  it('sends a request of the past at once and keeps its scheduled time', async () => {
    await using server = await startScriptedServer(saying('a'));
    const late = async function* () {
      yield* steady(1, 1);
      await sleep(250);
      yield { timestamp: 1, requests: [{ prompt: 'late' }] };
    };
    const { results, record } = await collect(late(), { endpoint: server.url });
    expect(Number(results[1]?.dispatch_lag)).toBeGreaterThan(0.1);
    expect(results[1]?.scheduled_time).toBeCloseTo(record.start_time + 0.001, 5);
    expect(record.verdict).toBe('client-bound');
  });

  it('replays an empty entry as nothing', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { results } = await collect([{ timestamp: 0, requests: [] }, ...single()], { endpoint: server.url });
    expect(results.map((result) => result.workload_id)).toEqual(['1-0']);
  });
});
