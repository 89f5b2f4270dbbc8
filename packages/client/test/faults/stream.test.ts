import type { RequestResult } from '@aibrix/schema';
import { describe, expect } from 'vitest';
import { single } from '../collect.js';
import {
  answer,
  DONE,
  delta,
  finish,
  type Script,
  sleep,
  sse,
  startScriptedServer,
  usage,
} from '../scripted-server.js';
import { faultsOf } from './fault.js';
import { type Recorded, recorded, SECRETS } from './recorded.js';

const fault = faultsOf('stream.test.ts');

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

const streaming =
  (...pieces: string[]): Script =>
  (response) => {
    response.writeHead(200, EVENT_STREAM);
    for (const piece of pieces) response.write(piece);
    response.end();
  };

const ask = async (script: Script): Promise<Recorded> => {
  await using server = await startScriptedServer(script);
  const run = await recorded(single(), { endpoint: server.url, timeoutMs: 4000 });
  expect(run.elapsedMs).toBeLessThan(3500);
  return run;
};

/** Its answer must be this; the results are those that the table tells of. */
const answering = async (script: Script, expected: object): Promise<RequestResult[]> => {
  const { results } = await ask(script);
  expect(results[0]).toMatchObject(expected);
  return results;
};

const WHOLE = { output: 'grüße an alle', prompt_tokens: 3, output_tokens: 3, finish_reason: 'stop' };
const STREAM = answer(['grüße ', 'an ', 'alle']);

describe('a stream that breaks is one result, with what it had', () => {
  fault('the stream ends before the answer does', () =>
    answering(streaming(delta('a'), delta('b')), {
      partial_tokens: 2,
      output: 'ab',
      error_message: 'the stream ended after 2 tokens, before its end was announced',
    }),
  );

  fault('the stream ends within an event', () =>
    answering(streaming(delta('a'), 'data: {"choi'), { partial_tokens: 1, output: 'a' }),
  );

  fault('the stream is empty', () => answering(streaming(''), { partial_tokens: 0, http_status: 200 }));

  fault('the JSON of an event is cut off', () =>
    answering(streaming(delta('a'), 'data: {"choices":[{"delta":{"con\n\n', delta('b'), DONE), {
      error_message: 'an event is not a JSON object: {"choices":[{"delta":{"con',
      output: 'a',
    }),
  );

  fault('an event is no JSON', () =>
    answering(streaming(delta('a'), `data: {oops ${SECRETS.key} ${SECRETS.header}}\n\n`), {
      error_message: 'an event is not a JSON object: {oops [redacted] [redacted]}',
    }),
  );

  fault('an event holds an error', () =>
    answering(streaming(delta('a'), sse({ error: { message: `engine died of ${SECRETS.key}` } })), {
      error_message: 'engine died of [redacted]',
      partial_tokens: 1,
    }),
  );

  fault('the response is a page of HTML', () =>
    answering(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>');
      },
      { error_message: 'the response is no event stream: <html>login</html>' },
    ),
  );
});

describe('what is no failure is read as it is', () => {
  fault(
    'the stream is split at every byte',
    async () => {
      const bytes = Buffer.from(STREAM);
      let split = 0;
      await using server = await startScriptedServer(async (response) => {
        const at = split++;
        response.writeHead(200, EVENT_STREAM);
        response.socket?.setNoDelay(true);
        response.write(bytes.subarray(0, at));
        await sleep(2);
        response.end(bytes.subarray(at));
      });
      const requests = bytes.length + 1;
      const workload = Array.from({ length: requests }, () => ({ timestamp: 0, requests: [{ prompt: 'p' }] }));
      const { results } = await recorded(workload, { endpoint: server.url, concurrency: 8 });
      expect(split).toBe(requests);
      for (const result of results) expect(result).toMatchObject(WHOLE);
      return results;
    },
    { timeout: 20_000 },
  );

  fault(
    'the stream comes one byte at a time',
    () =>
      answering(async (response) => {
        response.writeHead(200, EVENT_STREAM);
        response.socket?.setNoDelay(true);
        for (const byte of Buffer.from(STREAM)) {
          response.write(Uint8Array.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      }, WHOLE),
    { timeout: 10_000 },
  );

  fault('lines end with CRLF', () => answering(streaming(STREAM.replaceAll('\n', '\r\n')), WHOLE));

  fault('comments and other fields stand between events', () =>
    answering(
      streaming(': ping\n\n', 'event: message\nid: 5\nretry: 10\n', STREAM.replaceAll('\n\n', '\n\n: ping\n\n')),
      WHOLE,
    ),
  );

  fault('events have no choices', () =>
    answering(
      streaming(sse({ id: 'x' }), sse({ choices: null }), sse({ choices: [] }), sse({ choices: [null] }), STREAM),
      WHOLE,
    ),
  );

  fault('[DONE] is missing', () => answering(streaming(STREAM.replace(DONE, '')), WHOLE));

  fault('the usage is missing', () =>
    answering(streaming(delta('a'), finish, DONE), {
      output: 'a',
      output_tokens: null,
      prompt_tokens: null,
      tpot: null,
      output_chunks: 1,
    }),
  );

  fault('the body has a content-length', () =>
    answering((response) => {
      response.writeHead(200, { ...EVENT_STREAM, 'content-length': Buffer.byteLength(STREAM) }).end(STREAM);
    }, WHOLE),
  );

  fault('the body comes in chunks', () => answering(streaming(...(STREAM.match(/[\s\S]{1,7}/g) as string[])), WHOLE));

  fault('the connection stays open after [DONE]', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(200, EVENT_STREAM).write(STREAM);
    });
    const { results } = await recorded(single(), { endpoint: server.url, timeoutMs: 400 });
    // It is whole when it says so, not when the deadline comes.
    expect(results[0]).toMatchObject(WHOLE);
    expect(Number(results[0]?.latency)).toBeLessThan(0.3);
    return results;
  });

  fault('the answer has no token', () =>
    answering(streaming(delta(''), finish, usage(3, 0), DONE), {
      ttft: null,
      tpot: null,
      output_chunks: 0,
      output_tokens: 0,
    }),
  );

  fault('the server ignores "stream"', () =>
    answering(
      (response) => {
        const body = { choices: [{ message: { content: 'whole' } }], usage: { completion_tokens: 1 } };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      },
      { output: 'whole', output_tokens: 1, ttft: null },
    ),
  );
});
