import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../server/simulator.js';
import { bodyFor, errorIn, post, start, steadyProfile, until } from '../server/testing/chat.js';
import { ROUTING_STRATEGIES } from './routing-strategy.js';

type Headers = Record<string, string>;

const send = async (simulator: Simulator, headers: Headers = {}, body: unknown = bodyFor(1)): Promise<Response> => {
  const response = await post(simulator, body, { headers });
  await response.clone().text();
  return response;
};

const podOf = async (simulator: Simulator, headers: Headers = {}, body?: unknown): Promise<string | null> =>
  (await send(simulator, headers, body)).headers.get('target-pod');

describe('a single replica', () => {
  it('answers as an engine without a gateway', async () => {
    const { headers, status } = await send(await start(), { user: 'a' });
    expect(status).toBe(200);
    for (const name of ['target-pod', 'target-pod-ip', 'routing-strategy', 'x-went-into-req-headers', 'x-session-id']) {
      expect([name, headers.get(name)]).toEqual([name, null]);
    }
  });

  it('has a gateway for requests that ask for a strategy', async () => {
    const { headers } = await send(await start(), { 'routing-strategy': 'least-request' });
    expect(headers.get('target-pod')).toBe('sim-pod-0');
    expect(headers.get('target-pod-ip')).toBe('10.0.0.1:8000');
    expect(headers.get('routing-strategy')).toBe('least-request');
    expect(headers.get('x-went-into-req-headers')).toBe('true');
    expect(headers.get('request-id')).toMatch(/^sim-/);
  });
});

describe('replicas', () => {
  it('share requests as the option says, or as the request says', async () => {
    const simulator = await start({ replicas: 3, routingStrategy: 'round-robin' });
    const turns = [];
    for (let index = 0; index < 4; index++) turns.push(await podOf(simulator));
    expect(turns).toEqual(['sim-pod-0', 'sim-pod-1', 'sim-pod-2', 'sim-pod-0']);
    const { headers } = await send(simulator, { 'routing-strategy': 'least-request:2,random' });
    expect(headers.get('routing-strategy')).toBe('least-request:2,random');
  });

  it('are chosen at random where nothing is said, the same ones with the same seed', async () => {
    const chosen = async (seed: number): Promise<string> => {
      const simulator = await start({ replicas: 4, seed });
      const pods = [];
      for (let index = 0; index < 20; index++) pods.push(await podOf(simulator));
      return pods.join();
    };
    const first = await chosen(1);
    expect(new Set(first.split(',')).size).toBe(4);
    expect(await chosen(1)).toBe(first);
    expect(await chosen(2)).not.toBe(first);
  });

  it.each([...ROUTING_STRATEGIES])('serve requests by %s', async (strategy) => {
    const simulator = await start({ replicas: 2, routingStrategy: strategy });
    const responses = await Promise.all(Array.from({ length: 8 }, () => send(simulator, { user: 'a' })));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(simulator.stats()).toMatchObject({ succeeded: 8, running: 0 });
    expect(simulator.stats().pods.map(({ requests }) => requests)).toEqual([0, 0]);
  });

  it('each have a batch of their own, and figures of their own', async () => {
    const simulator = await start({
      replicas: 2,
      routingStrategy: 'round-robin',
      profile: steadyProfile(10),
      maxNumSeqs: 1,
    });
    const aborter = new AbortController();
    const long = bodyFor(5_000, { stream: true });
    await Promise.all(
      [1, 2, 3].map(() => post(simulator, long, { signal: aborter.signal }).catch(() => {})).slice(0, 2),
    );
    const third = post(simulator, long, { signal: aborter.signal });
    await until(() => simulator.stats().waiting === 1);
    const { pods, running, waiting } = simulator.stats();
    expect([running, waiting]).toEqual([2, 1]);
    expect(pods).toMatchObject([
      { name: 'sim-pod-0', address: '10.0.0.1:8000', isUp: true, requests: 2, running: 1, waiting: 1 },
      { name: 'sim-pod-1', address: '10.0.0.2:8000', isUp: true, requests: 1, running: 1, waiting: 0 },
    ]);
    aborter.abort();
    await expect(third).rejects.toThrow();
    await until(() => simulator.stats().abandoned === 3);
    expect(simulator.stats().pods).toMatchObject([
      { requests: 0, running: 0, usedKvBlocks: 0 },
      { requests: 0, running: 0, usedKvBlocks: 0 },
    ]);
  });

  it('are told apart in the truth log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    const truthLog = join(folder, 'truth.jsonl');
    const simulator = await startSimulator({ port: 0, truthLog, replicas: 2, routingStrategy: 'round-robin' });
    const pods = [await podOf(simulator), await podOf(simulator)];
    await simulator.close();
    const lines = (await readFile(truthLog, 'utf8')).trimEnd().split('\n');
    await rm(folder, { recursive: true });
    expect(lines.map((line) => JSON.parse(line).pod)).toEqual(pods);
  });
});

describe('least-request', () => {
  it('sends a request past the pod that is busy', async () => {
    const simulator = await start({ replicas: 2, routingStrategy: 'least-request', profile: steadyProfile(10) });
    const busy = await post(simulator, bodyFor(5_000, { stream: true }));
    const other = busy.headers.get('target-pod') === 'sim-pod-0' ? 'sim-pod-1' : 'sim-pod-0';
    expect([await podOf(simulator), await podOf(simulator), await podOf(simulator)]).toEqual([other, other, other]);
    await busy.body?.cancel();
  });
});

describe('session-affinity', () => {
  it('names the pod in x-session-id, and keeps to it when that comes back', async () => {
    const simulator = await start({ replicas: 5, routingStrategy: 'session-affinity' });
    const first = await send(simulator);
    const sessionId = first.headers.get('x-session-id') ?? '';
    expect(Buffer.from(sessionId, 'base64').toString()).toBe(first.headers.get('target-pod-ip'));
    for (let turn = 0; turn < 5; turn++) {
      const { headers } = await send(simulator, { 'x-session-id': sessionId });
      expect([headers.get('target-pod'), headers.get('x-session-id')]).toEqual([
        first.headers.get('target-pod'),
        sessionId,
      ]);
    }
  });

  it('keeps to the pod of a session key', async () => {
    const simulator = await start({ replicas: 5, routingStrategy: 'session-affinity' });
    const pods = new Set<string | null>();
    for (let turn = 0; turn < 6; turn++) pods.add(await podOf(simulator, { 'x-aibrix-session-key': 'mine' }));
    expect(pods.size).toBe(1);
  });
});

describe('prefix-cache', () => {
  it('keeps a conversation that grows on its pod', async () => {
    const simulator = await start({ replicas: 4, routingStrategy: 'prefix-cache' });
    const conversation = async (topic: string): Promise<Set<string | null>> => {
      const pods = new Set<string | null>();
      const messages = [{ role: 'system', content: `${topic} `.repeat(100) }];
      for (let turn = 0; turn < 4; turn++) {
        messages.push({ role: 'user', content: `${topic} turn ${turn} `.repeat(20) });
        pods.add(await podOf(simulator, {}, bodyFor(1, { messages })));
      }
      return pods;
    };
    const topics = ['red', 'green', 'blue', 'white', 'black', 'grey', 'pink', 'brown'];
    const pods = [];
    for (const topic of topics) pods.push(await conversation(topic));
    expect(pods.map(({ size }) => size)).toEqual(topics.map(() => 1));
    expect(new Set(pods.flatMap((set) => [...set])).size).toBeGreaterThan(1);
  });
});

describe('a request that may not pass', () => {
  const refused = async (simulator: Simulator, headers: Headers, body?: unknown): Promise<unknown[]> => {
    const response = await send(simulator, headers, body);
    const header = [...response.headers].filter(([name]) => name.startsWith('x-error-'));
    const { type, code } = await errorIn(response);
    return [response.status, ...header.flat(), type, code];
  };

  it('has a strategy that is none', async () => {
    const simulator = await start();
    expect(await refused(simulator, { 'routing-strategy': 'least-requests' })).toEqual([
      400,
      'x-error-invalid-routing-strategy',
      'least-requests',
      'invalid_request_error',
      null,
    ]);
    const response = await send(simulator, { 'routing-strategy': 'least-latency' });
    expect((await errorIn(response)).message).toContain('least-latency');
  });

  it('names no model, or one that is not served, or is no JSON', async () => {
    const simulator = await start({ replicas: 2, models: ['llama'] });
    expect(await refused(simulator, {}, bodyFor(1, { model: undefined }))).toEqual([
      400,
      'x-error-no-model-in-request',
      'true',
      'invalid_request_error',
      null,
    ]);
    expect(await refused(simulator, {})).toEqual([
      400,
      'x-error-no-model-backends',
      'm',
      'invalid_request_error',
      'model_not_found',
    ]);
    const odd = JSON.stringify(bodyFor(1, { model: `\ud800é${'x'.repeat(1e5)}` }));
    expect((await refused(simulator, {}, odd)).slice(0, 3)).toEqual([
      400,
      'x-error-no-model-backends',
      `%EF%BF%BD%C3%A9${'x'.repeat(254)}`,
    ]);
    expect((await refused(simulator, {}, '{')).slice(0, 3)).toEqual([400, 'x-error-request-body-processing', 'true']);
  });

  it('is of a user that is not known', async () => {
    const simulator = await start({ users: ['a'] });
    expect(await refused(simulator, { user: 'b' })).toEqual([500, 'x-error-user', 'true', 'api_error', null]);
    expect((await send(simulator, { user: 'a' })).status).toBe(200);
    expect((await send(simulator)).status).toBe(200);
  });

  it('is wrong for the engine: its own refusal comes, with the pod that gave it', async () => {
    const response = await send(await start({ replicas: 2 }), {}, bodyFor(1, { n: 2 }));
    expect([response.status, response.headers.get('target-pod')]).toEqual([400, expect.stringMatching(/^sim-pod-/)]);
    expect((await errorIn(response)).type).toBe('BadRequestError');
  });
});

describe('limits of a user', () => {
  /** The real clock, set so that a minute began ten seconds ago. */
  const earlyInTheMinute = (): Clock => {
    const clock = createRealClock();
    const shiftMs = 10_000 - (clock.now() % 60_000);
    return {
      now: () => clock.now() + shiftMs,
      at: (timeMs, callback) => clock.at(timeMs - shiftMs, callback),
      sleepUntil: (timeMs, options) => clock.sleepUntil(timeMs - shiftMs, options),
    };
  };
  const usageOf = ({ headers }: Response): (string | null)[] => [
    headers.get('x-update-rpm'),
    headers.get('x-update-tpm'),
  ];

  it('refuse requests beyond those of a minute, and say when to come again', async () => {
    const simulator = await start({ rpm: 2, clock: earlyInTheMinute() });
    expect(usageOf(await send(simulator, { user: 'a' }))).toEqual(['1', '0']);
    expect(usageOf(await send(simulator, { user: 'a' }))).toEqual(['2', '4']);
    const over = await send(simulator, { user: 'a' });
    expect([over.status, over.headers.get('x-error-rpm-exceeded')]).toEqual([429, 'true']);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(Number(over.headers.get('retry-after'))).toBeLessThanOrEqual(50);
    expect(over.headers.get('target-pod')).toBeNull();
    expect(await errorIn(over)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    expect((await send(simulator, { user: 'b' })).status).toBe(200);
    expect((await send(simulator)).status).toBe(200);
    expect(simulator.stats()).toMatchObject({ succeeded: 4, refused: 1 });
  });

  it('refuse requests when the tokens of a minute are used up', async () => {
    const simulator = await start({ tpm: 20, clock: earlyInTheMinute() });
    expect((await send(simulator, { user: 'a' }, bodyFor(30))).status).toBe(200);
    const over = await send(simulator, { user: 'a' });
    expect([over.status, over.headers.get('x-error-tpm-exceeded'), ...usageOf(over)]).toEqual([429, 'true', '2', '33']);
    expect((await errorIn(over)).message).toContain('20 tokens');
  });

  it('on tokens want streams that tell them', async () => {
    const simulator = await start({ tpm: 20 });
    const without = await send(simulator, { user: 'a' }, bodyFor(1, { stream: true }));
    expect([without.status, without.headers.get('x-error-no-stream-options-include-usage')]).toEqual([400, 'true']);
    const body = bodyFor(1, { stream: true, stream_options: { include_usage: true } });
    expect((await send(simulator, { user: 'a' }, body)).status).toBe(200);
    expect((await send(simulator, {}, bodyFor(1, { stream: true }))).status).toBe(200);
  });
});
