import { describe, expect, it } from 'vitest';
import { bodyFor, post, start, steadyProfile, until } from '../server/testing/chat.js';
import { rawRequest } from '../server/testing/raw-client.js';

const STREAM = bodyFor(60, { stream: true });

describe('a pause', () => {
  it('stops a stream under way, and the rest is as long as it was', async () => {
    const simulator = await start({ profile: steadyProfile(10), faults: 'pause:400ms@t=200ms' });
    const { reads, text } = await rawRequest(simulator, { body: STREAM });
    const gaps = reads.map(({ atMs }, index) => atMs - (reads[index - 1]?.atMs ?? 0));
    expect(gaps.filter((gap) => gap > 350)).toHaveLength(1);
    expect(text).toContain('[DONE]');
    // 60 tokens of 10 ms, and the pause.
    expect(reads.at(-1)?.atMs).toBeGreaterThanOrEqual(995);
    // What comes after the pause does not come at once.
    const at = gaps.findIndex((gap) => gap > 350);
    expect((reads.at(-1)?.atMs ?? 0) - (reads[at]?.atMs ?? 0)).toBeGreaterThanOrEqual(200);
  });

  it('keeps everything waiting that comes meanwhile', async () => {
    const simulator = await start({ faults: 'pause:500ms@t=1ms' });
    const startMs = performance.now();
    const paths = ['/health', '/v1/models', '/metrics', '/nothing'];
    const answers = [...paths.map((path) => fetch(`${simulator.url}${path}`)), post(simulator, bodyFor(1))];
    const endMs = await Promise.all(
      answers.map(async (answer) => {
        await (await answer).text();
        return performance.now() - startMs;
      }),
    );
    // The pause began before the requests, by the time that it took to start.
    for (const atMs of endMs) expect(atMs).toBeGreaterThan(300);
    expect((await post(simulator, bodyFor(1))).status).toBe(200);
  });
});

describe('a pod that goes down', () => {
  it('breaks its requests off, gets no others, and comes up again', async () => {
    const simulator = await start({
      profile: steadyProfile(10),
      replicas: 2,
      routingStrategy: 'round-robin',
      faults: 'down:400ms:0@t=300ms',
    });
    const [first, second] = await Promise.all([
      rawRequest(simulator, { body: STREAM }),
      rawRequest(simulator, { body: STREAM }),
    ]);
    const broken = [first, second].filter(({ error }) => error === 'ECONNRESET');
    expect(broken).toHaveLength(1);
    expect(broken[0]?.text).toContain('target-pod: sim-pod-0');
    await until(() => simulator.stats().pods[0]?.isUp === true);
    expect(simulator.stats().pods.map(({ requests }) => requests)).toEqual([0, 0]);
    const pods = await Promise.all(
      [1, 2].map(async () => (await post(simulator, bodyFor(1))).headers.get('target-pod')),
    );
    expect(pods.toSorted()).toEqual(['sim-pod-0', 'sim-pod-1']);
  });

  it('leaves nobody to serve where it was the only one', async () => {
    const simulator = await start({ faults: 'down:10s:0@t=1ms' });
    await until(() => simulator.stats().pods[0]?.isUp === false);
    const response = await post(simulator, bodyFor(1));
    expect([response.status, response.headers.get('x-error-no-model-backends')]).toEqual([503, 'true']);
  });
});
