import { describe, expect, it } from 'vitest';
import { bodyFor, post, start, steadyProfile, until } from '../server/testing/chat.js';
import { createHeldClock } from '../server/testing/held-clock.js';
import { rawRequest } from '../server/testing/raw-client.js';

const STREAM = bodyFor(60, { stream: true });

describe('a pause', () => {
  it('stops a stream under way, and the rest is as long as it was', async () => {
    const clock = createHeldClock();
    const simulator = await start({ profile: steadyProfile(10), faults: 'pause:1s@t=200ms', clock });
    const answer = rawRequest(simulator, { body: STREAM });
    await until(() => simulator.stats().waiting === 1);
    clock.letGo();
    const { reads, text } = await answer;
    expect(text).toContain('[DONE]');
    const gaps = reads.map(({ atMs }, index) => (index === 0 ? 0 : atMs - (reads[index - 1]?.atMs ?? 0)));
    const longest = gaps.indexOf(Math.max(...gaps));
    // Less than the second only by what a busy machine was late with the token before it.
    expect(gaps[longest]).toBeGreaterThan(700);
    // 60 tokens of 10 ms and the pause; what comes after it does not come at once.
    const [first, last] = [reads[0]?.atMs ?? 0, reads.at(-1)?.atMs ?? 0];
    expect(last - first).toBeGreaterThan(1_400);
    expect(last - (reads[longest]?.atMs ?? 0)).toBeGreaterThan(200);
  });

  it('keeps everything waiting that comes meanwhile', async () => {
    const clock = createHeldClock();
    const simulator = await start({ faults: 'pause:500ms@t=0.001ms', clock });
    const startMs = performance.now();
    clock.letGo();
    const paths = ['/health', '/v1/models', '/metrics', '/nothing'];
    const answers = [...paths.map((path) => fetch(`${simulator.url}${path}`)), post(simulator, bodyFor(1))];
    const endMs = await Promise.all(
      answers.map(async (answer) => {
        await (await answer).text();
        return performance.now() - startMs;
      }),
    );
    for (const atMs of endMs) expect(atMs).toBeGreaterThanOrEqual(499);
    expect((await post(simulator, bodyFor(1))).status).toBe(200);
  });
});

describe('a pod that goes down', () => {
  it('breaks its requests off, gets no others, and comes up again', async () => {
    const clock = createHeldClock();
    const simulator = await start({
      profile: steadyProfile(10),
      replicas: 2,
      routingStrategy: 'round-robin',
      faults: 'down:300ms:0@t=300ms',
      clock,
    });
    const answers = Promise.all([rawRequest(simulator, { body: STREAM }), rawRequest(simulator, { body: STREAM })]);
    await until(() => simulator.stats().waiting === 2);
    clock.letGo();
    const [first, second] = await answers;
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
