import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { runWorkload } from '../src/index.js';
import { collect } from './collect.js';
import { answer, saying, sleep, startScriptedServer } from './scripted-server.js';

/** A request named `id` at 0 ms that waits for others. */
const node = (id: string, parents: string[] | null = [], more: object = {}): WorkloadEntry => ({
  timestamp: 0,
  requests: [{ id, prompt: id, parents, output_length: 1, ...more }],
});

const endOf = (results: readonly RequestResult[], id: string): number =>
  Number(results.find(({ workload_id }) => workload_id === id)?.end_time);
const scheduleOf = (results: readonly RequestResult[], id: string): number =>
  Number(results.find(({ workload_id }) => workload_id === id)?.scheduled_time);

/** Answers a prompt that is a number of milliseconds after `name-` when these have passed. */
const slowly = () =>
  startScriptedServer(async (response, request) => {
    await sleep(Number(/-(\d+)$/.exec(request.body.messages.at(-1)?.content ?? '')?.[1] ?? 0));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
  });

describe('requests with parents', () => {
  it('start when the last of these has ended, those of one parent together, each as it stands', async () => {
    await using server = await slowly();
    const { results } = await collect(
      [
        node('plan-50'),
        node('left-200', ['plan-50']),
        node('right-50', ['plan-50']),
        node('join-0', ['left-200', 'right-50'], { delay_ms: 120 }),
      ],
      { endpoint: server.url },
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('success'));
    expect(scheduleOf(results, 'left-200')).toBe(endOf(results, 'plan-50'));
    expect(scheduleOf(results, 'right-50')).toBe(endOf(results, 'plan-50'));
    // Both were under way at once.
    expect(endOf(results, 'right-50')).toBeLessThan(endOf(results, 'left-200') - 0.1);
    expect(scheduleOf(results, 'join-0') - endOf(results, 'left-200')).toBeCloseTo(0.12, 4);
    for (const { dispatch_lag, queue_time } of results) {
      expect(dispatch_lag).toBeLessThan(0.05);
      expect(queue_time).toBe(0);
    }
    expect(server.seen.map(({ body }) => body.messages.map(({ content }) => content))).toEqual([
      ['plan-50'],
      ['left-200'],
      ['right-50'],
      ['join-0'],
    ]);
  });

  it('start no earlier than planned, and wait as the schedule is scaled', async () => {
    await using server = await slowly();
    const late = { ...node('late', ['first'], { delay_ms: 10 }), timestamp: 600 };
    const { results } = await collect([node('first'), node('soon', ['first'], { delay_ms: 400 }), late], {
      endpoint: server.url,
      timeScale: 0.5,
    });
    expect(scheduleOf(results, 'soon') - endOf(results, 'first')).toBeCloseTo(0.2, 4);
    expect(scheduleOf(results, 'late')).toBe(results.find(({ workload_id }) => workload_id === 'late')?.planned_time);
  });

  it('wait for requests without parents and for turns of sessions too', async () => {
    await using server = await slowly();
    const alone: WorkloadEntry = { timestamp: 0, requests: [{ id: 'alone', prompt: 'alone-80' }] };
    const turn: WorkloadEntry = { timestamp: 0, requests: [{ id: 'turn', prompt: 'turn-120', session_id: 's' }] };
    const { results } = await collect([alone, turn, node('child', ['alone', 'turn'], { session_id: 's' })], {
      endpoint: server.url,
    });
    expect(scheduleOf(results, 'child')).toBe(endOf(results, 'turn'));
    expect(server.seen.at(-1)?.body.messages).toEqual([{ role: 'user', content: 'child' }]);
    expect(results.map(({ turn }) => turn)).toEqual([null, 0, null]);
  });

  it('are skipped at once where one of these failed, and with them all that wait for them; or go on', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (request.body.messages[0]?.content === 'bad') response.writeHead(500).end();
      else saying('a')(response, request);
    });
    const workload = [
      node('bad', [], { prompt: 'bad' }),
      node('good'),
      node('child', ['bad', 'good'], { delay_ms: 60_000 }),
      node('grandchild', ['child', 'good']),
      node('other', ['good']),
    ];
    const skipping = await collect(workload, { endpoint: server.url });
    expect(skipping.results.map(({ error_type }) => error_type)).toEqual(
      [null, null, 'skipped', 'skipped', null].with(0, 'http_5xx'),
    );
    expect(skipping.results[2]).toMatchObject({
      error_message: 'a request that it waits for failed',
      start_time: null,
    });
    expect(skipping.record.counts).toMatchObject({ offered: 5, sent: 3, unsent: 2 });
    const quick = workload.with(2, node('child', ['bad', 'good']));
    const going = await collect(quick, { endpoint: server.url, failedTurn: 'continue' });
    expect(going.results.map(({ error_type }) => error_type)).toEqual(['http_5xx', null, null, null, null]);
  });

  it('are skipped to any depth', async () => {
    await using server = await startScriptedServer((response) => {
      response.writeHead(500).end();
    });
    const chain = Array.from({ length: 50_000 }, (_, index) => node(`${index}`, index === 0 ? [] : [`${index - 1}`]));
    const { record } = await collect(chain, { endpoint: server.url });
    expect(record.counts).toMatchObject({ offered: 50_000, sent: 1, unsent: 49_999, errors: { skipped: 49_999 } });
  });

  it('hold a place of a session from the start of the first to the end of the last', async () => {
    let open = 0;
    let most = 0;
    await using server = await startScriptedServer(async (response) => {
      open++;
      most = Math.max(most, open);
      await sleep(60);
      open--;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
    });
    const task = (name: string): WorkloadEntry[] => [
      node(`${name}/plan`, [], { session_id: name }),
      node(`${name}/left`, [`${name}/plan`], { session_id: name }),
      node(`${name}/right`, [`${name}/plan`], { session_id: name }),
    ];
    const workload = ['a', 'b', 'c'].flatMap(task);
    const { results, record } = await collect(workload, { endpoint: server.url, maxConcurrentSessions: 1 });
    expect(record.counts.succeeded).toBe(9);
    expect(most).toBe(2);
    expect(scheduleOf(results, 'b/plan')).toBe(results[3]?.planned_time);
    // Two levels of 60 ms of the task before had to end.
    expect(results[3]?.queue_time).toBeGreaterThan(0.115);
    expect(results[6]?.queue_time).toBeGreaterThan(0.23);
    expect(results[4]?.queue_time).toBe(0);
  });

  it('share the places with sessions of turns, and free them when they are skipped', async () => {
    await using server = await startScriptedServer((response, request) => {
      if (request.body.messages[0]?.content === 'bad') response.writeHead(500).end();
      else saying('a')(response, request);
    });
    const turns: WorkloadEntry[] = ['one', 'two'].map((prompt) => ({
      timestamp: 0,
      requests: [{ prompt, session_id: 'chat' }],
    }));
    const workload = [
      node('bad', [], { session_id: 'task' }),
      node('child', ['bad'], { session_id: 'task' }),
      ...turns,
      node('last', [], { session_id: 'last' }),
    ];
    const { results } = await collect(workload, { endpoint: server.url, maxConcurrentSessions: 1 });
    expect(results.map(({ error_type }) => error_type)).toEqual(['http_5xx', 'skipped', null, null, null]);
    const [, , first, second, last] = results;
    expect(Number(last?.start_time)).toBeGreaterThanOrEqual(Number(second?.end_time));
    expect(Number(first?.start_time)).toBeGreaterThanOrEqual(Number(results[0]?.end_time));
  });

  it.each(['cancel', 'drain'] as const)('have one result each after a %s', async (how) => {
    await using server = await slowly();
    const workload = [
      node('first-300'),
      node('child', ['first-300']),
      node('second'),
      node('later', ['second'], { delay_ms: 60_000 }),
      { ...node('unread', ['second']), timestamp: 60_000 },
    ];
    const run = runWorkload(workload, { endpoint: server.url, model: 'm' });
    await run.started;
    setTimeout(() => run[how](), 200);
    const results: RequestResult[] = [];
    for await (const result of run) results.push(result);
    const types = Object.fromEntries(results.map(({ workload_id, error_type }) => [workload_id, error_type]));
    expect(results).toHaveLength(5);
    expect(types).toEqual({
      'first-300': how === 'cancel' ? 'cancelled' : null,
      child: 'cancelled',
      second: null,
      later: 'cancelled',
      unread: 'cancelled',
    });
    expect((await run.finished).counts.offered).toBe(5);
  });

  it('may come as a stream; one that names a request which is not before it ends the run', async () => {
    await using server = await slowly();
    const stream = async function* (entries: WorkloadEntry[]): AsyncGenerator<WorkloadEntry> {
      yield* entries;
    };
    const { results } = await collect(stream([node('a-50'), node('b', ['a-50'])]), { endpoint: server.url });
    expect(scheduleOf(results, 'b')).toBe(endOf(results, 'a-50'));
    await expect(
      collect(stream([node('a'), node('b', ['c']), node('c')]), { endpoint: server.url }),
    ).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('parents: "c" is the id of no request before it'),
    });
  });
});
