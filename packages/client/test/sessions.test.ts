import type { WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../src/index.js';
import { collect } from './collect.js';
import { answer, saying, sleep, startScriptedServer } from './scripted-server.js';

const turn = (session: string | number, prompt: string, timestamp = 0, more: object = {}): WorkloadEntry => ({
  timestamp,
  requests: [{ prompt, session_id: session, output_length: 1, ...more }],
});

describe('sessions', () => {
  it('runs turns one after another, each with the conversation so far', async () => {
    await using server = await startScriptedServer(async (response, request) => {
      await sleep(80);
      saying(`re: ${request.body.messages.at(-1)?.content}`)(response, request);
    });
    const { results } = await collect([turn('s', 'one'), turn('s', 'two', 10), turn('s', 'three', 20)], {
      endpoint: server.url,
    });
    expect(server.seen[2]?.body.messages).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 're: one' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 're: two' },
      { role: 'user', content: 'three' },
    ]);
    expect(results.map((result) => result.turn)).toEqual([0, 1, 2]);
    for (const [index, result] of results.entries()) {
      if (index === 0) continue;
      // It could start when the turn before had ended: that is not the client's lateness.
      expect(result.scheduled_time).toBe(results[index - 1]?.end_time);
      expect(Number(result.scheduled_time)).toBeGreaterThan(Number(result.planned_time));
      expect(Number(result.dispatch_lag)).toBeLessThan(0.05);
    }
  });

  it('waits its think time after the turn before, scaled like the schedule', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { results } = await collect([turn(1, 'one'), turn(1, 'two', 0, { delay_ms: 400 })], {
      endpoint: server.url,
      timeScale: 0.5,
    });
    expect(Number(results[1]?.scheduled_time) - Number(results[0]?.end_time)).toBeCloseTo(0.2, 4);
  });

  it('leaves no orphan question behind a failed turn, and skips the rest', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (request.body.messages.at(-1)?.content === 'two') response.writeHead(500).end('{"error":{"message":"no"}}');
      else saying('fine')(response, request);
    });
    const workload = [
      turn('s', 'one'),
      turn('s', 'two'),
      turn('s', 'three'),
      turn('s', 'four', 100),
      turn('other', 'x', 100),
    ];
    const skipping = await collect(workload, { endpoint: server.url });
    expect(skipping.results.map((result) => result.error_type)).toEqual([null, 'http_5xx', 'skipped', 'skipped', null]);
    expect(skipping.results.map((result) => result.turn)).toEqual([0, 1, 2, 3, 0]);
    expect(skipping.results[2]).toMatchObject({ status: 'error', start_time: null, latency: null });
    expect(skipping.record.counts).toEqual({
      offered: 5,
      sent: 3,
      succeeded: 2,
      failed: 1,
      unsent: 2,
      errors: { http_5xx: 1, skipped: 2 },
    });
    server.seen.length = 0;
    const continuing = await collect(workload, { endpoint: server.url, failedTurn: 'continue' });
    expect(continuing.results.map((result) => result.error_type)).toEqual([null, 'http_5xx', null, null, null]);
    const third = server.seen.find((request) => request.body.messages.at(-1)?.content === 'three');
    expect(third?.body.messages.map((message) => message.content)).toEqual(['one', 'fine', 'three']);
  });

  it('keeps no more sessions active than the limit, and blames the wait on nobody', async () => {
    let active = 0;
    let most = 0;
    await using server = await startScriptedServer(async (response) => {
      active++;
      most = Math.max(most, active);
      await sleep(60);
      active--;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
    });
    const workload = [0, 1, 2, 3].flatMap((session) => [turn(session, 'one'), turn(session, 'two')]);
    const { results, record } = await collect(workload, { endpoint: server.url, maxConcurrentSessions: 2 });
    expect(results.every((result) => result.status === 'success')).toBe(true);
    expect(most).toBe(2);
    const third = results.filter((result) => result.session_id === 2);
    // Two turns of 60 ms each had to end before a place was free.
    expect(Number(third[0]?.queue_time)).toBeGreaterThan(0.115);
    expect(third[0]?.scheduled_time).toBe(third[0]?.planned_time);
    expect(third[1]?.queue_time).toBe(0);
    // The lag leaves the wait out: without that it would be 120 ms at the median of the waiting half.
    expect(Number(record.verdict_figures.client_lag_p50_ms)).toBeLessThan(50);
  });

  it('frees the place of a session that failed', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (request.body.messages[0]?.content === 'bad') response.writeHead(400).end();
      else saying('a')(response, request);
    });
    const workload = [turn('bad', 'bad'), turn('good', 'fine'), turn('bad', 'bad', 400)];
    const { results } = await collect(workload, { endpoint: server.url, maxConcurrentSessions: 1 });
    expect(results.map((result) => result.error_type)).toEqual(['http_4xx', null, 'skipped']);
    expect(Number(results[1]?.queue_time)).toBeLessThan(0.3);
  });

  it('keeps every message of the conversation, where turns have messages of their own', async () => {
    await using server = await startScriptedServer(saying('fine'));
    const workload = [
      turn('s', 'unused', 0, {
        messages: [
          { role: 'system', content: 'be kind' },
          { role: 'user', content: 'one' },
        ],
      }),
      turn('s', 'two'),
      turn('s', 'unused', 0, { messages: [{ role: 'user', content: 'three' }] }),
    ];
    await collect(workload, { endpoint: server.url });
    const texts = server.seen[2]?.body.messages.map((message) => message.content);
    expect(texts).toEqual(['be kind', 'one', 'fine', 'two', 'fine', 'three']);
  });

  it('goes through thousands of sessions that fail at once, one place at a time', async () => {
    const transport: Transport = {
      send: (_, events) => {
        events.onError(new Error('no way'), performance.timeOrigin + performance.now());
        return () => {};
      },
      close: async () => {},
    };
    const workload = Array.from({ length: 20_000 }, (_, session) => turn(session, 'x'));
    const { results } = await collect(workload, { endpoint: 'http://x.test', transport, maxConcurrentSessions: 1 });
    expect(results).toHaveLength(20_000);
    expect(results.every((result) => result.error_type === 'connection')).toBe(true);
  });

  it('puts recorded answers into the conversation where that is asked for, whatever the server says', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (request.body.messages.length === 3) response.writeHead(500).end();
      else saying('live')(response, request);
    });
    const workload = [
      turn('s', 'one', 0, { completion: 'first' }),
      turn('s', 'two', 0, { completion: 'second' }),
      turn('s', 'three'),
    ];
    const { record } = await collect(workload, { endpoint: server.url, history: 'recorded', failedTurn: 'continue' });
    expect(server.seen[2]?.body.messages.map(({ content }) => content)).toEqual([
      ...['one', 'first', 'two', 'second', 'three'],
    ]);
    expect(record.options).toMatchObject({ history: 'recorded' });
  });

  it('refuses recorded answers that are missing, also in a stream', async () => {
    await using server = await startScriptedServer(saying('a'));
    const workload = [turn('s', 'one'), turn('other', 'x'), turn('s', 'two')];
    const stream = async function* () {
      yield* workload;
    };
    for (const source of [workload, stream()]) {
      await expect(collect(source, { endpoint: server.url, history: 'recorded' })).rejects.toMatchObject({
        code: 'input',
        message:
          'entry 2, requests[0]: a turn before it in session "s" has no "completion" to put into the conversation',
      });
    }
  });

  it('does not limit requests without a session', async () => {
    await using server = await startScriptedServer(async (response, request) => {
      await sleep(100);
      saying('a')(response, request);
    });
    const workload = [turn('s', 'one'), { timestamp: 0, requests: [{ prompt: 'x' }, { prompt: 'y' }] }];
    await collect(workload, { endpoint: server.url, maxConcurrentSessions: 1 });
    // All three arrived before the first was answered.
    expect(
      Math.max(...server.seen.map((request) => request.arrivedMs)) - Number(server.seen[0]?.arrivedMs),
    ).toBeLessThan(100);
  });

  it('refuses a limit on a stream of entries, where the last turn cannot be known', async () => {
    await using server = await startScriptedServer(saying('a'));
    const stream = async function* () {
      yield turn('s', 'one');
    };
    await expect(collect(stream(), { endpoint: server.url, maxConcurrentSessions: 1 })).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
