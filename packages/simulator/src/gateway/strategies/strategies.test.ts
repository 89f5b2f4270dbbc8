import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { choosePod } from '../choose-pod.js';
import { type PodState, podOf } from '../pod.js';
import {
  parseRoutingStrategy,
  ROUTING_STRATEGIES,
  type StrategyName,
  type WeightedStrategy,
} from '../routing-strategy.js';
import type { RoutingView } from '../strategy.js';
import { sessionIdOf } from './session-affinity.js';

const pods = (...states: Partial<PodState>[]): PodState[] =>
  states.map((state, index) => ({
    ...podOf(index),
    requests: 0,
    kvCacheUsage: 0,
    meanPromptTokens: null,
    meanOutputTokens: null,
    ...state,
  }));

const view = (states: readonly PodState[], fields: Partial<RoutingView> = {}): RoutingView => ({
  request: { user: undefined, sessionId: undefined, sessionKey: undefined },
  pods: states,
  random: createRandom(0, 'test'),
  turn: 0,
  prefixMatches: () => states.map(() => 0),
  userTokens: () => 0,
  ...fields,
});

const strategiesOf = (text: string): readonly WeightedStrategy[] => {
  const parsed = parseRoutingStrategy(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};

const choose = (text: string, states: readonly PodState[], fields?: Partial<RoutingView>): number =>
  choosePod(strategiesOf(text), view(states, fields));

/** How often each pod is chosen in 3,000 draws. */
const shares = (text: string, states: readonly PodState[], fields?: Partial<RoutingView>): number[] => {
  const seen = view(states, fields);
  const counts = states.map(() => 0);
  for (let draw = 0; draw < 3_000; draw++) {
    const chosen = choosePod(strategiesOf(text), seen);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  return counts;
};

const three = pods({}, {}, {});

describe('every strategy', () => {
  it.each([...ROUTING_STRATEGIES])('%s chooses the only pod, and draws by the seed', (name: StrategyName) => {
    expect(choose(name, pods({ requests: 50 }))).toBe(0);
    expect(shares(name, three)).toEqual(shares(name, three));
  });
});

describe('random', () => {
  it('takes each pod equally often', () => {
    // Four standard deviations of 3,000 draws at a third.
    for (const count of shares('random', pods({ requests: 9 }, {}, {})))
      expect(Math.abs(count - 1_000)).toBeLessThan(104);
  });
});

describe('round-robin', () => {
  it('takes one after another', () => {
    expect([0, 1, 2, 3].map((turn) => choose('round-robin', three, { turn }))).toEqual([0, 1, 2, 0]);
  });
});

describe('least-request', () => {
  it('takes the pod with the fewest requests, and draws among equals', () => {
    expect(choose('least-request', pods({ requests: 3 }, { requests: 1 }, { requests: 2 }))).toBe(1);
    const [first, second, third] = shares('least-request', pods({ requests: 1 }, { requests: 1 }, { requests: 2 }));
    expect(third).toBe(0);
    expect(Math.abs((first ?? 0) - (second ?? 0))).toBeLessThan(220);
  });
});

describe('least-kv-cache', () => {
  it('takes the pod with the most free memory', () => {
    expect(choose('least-kv-cache', pods({ kvCacheUsage: 0.5 }, { kvCacheUsage: 0.4, requests: 9 }))).toBe(1);
  });
});

describe('throughput', () => {
  it('takes the pod with the lightest requests, a prompt token weighing twice', () => {
    const heavyPrompts = { meanPromptTokens: 100, meanOutputTokens: 10 };
    const heavyAnswers = { meanPromptTokens: 10, meanOutputTokens: 150 };
    expect(choose('throughput', pods(heavyPrompts, heavyAnswers))).toBe(1);
    expect(choose('throughput', pods(heavyPrompts, heavyAnswers, {}))).toBe(2);
  });
});

describe('power-of-two', () => {
  it('never takes the busiest of two, and takes the busiest of three never', () => {
    const [first, second, third] = shares('power-of-two', pods({ requests: 5 }, { requests: 1 }, { requests: 3 }));
    expect(first).toBe(0);
    // Of three pairs the idlest wins two, the middle one.
    expect(Math.abs((second ?? 0) - 2_000)).toBeLessThan(104);
    expect(Math.abs((third ?? 0) - 1_000)).toBeLessThan(104);
  });
});

describe('prefix-cache', () => {
  it('takes the pod with the longest match, and the idler of equals', () => {
    const states = pods({ requests: 1 }, { requests: 1 }, { requests: 0 });
    expect(choose('prefix-cache', states, { prefixMatches: () => [0.2, 0.4, 0] })).toBe(1);
    expect(choose('prefix-cache', states, { prefixMatches: () => [0, 0.4, 0.4] })).toBe(2);
  });

  it('takes the idlest where nothing matches', () => {
    expect(choose('prefix-cache', pods({ requests: 2 }, { requests: 1 }, { requests: 3 }))).toBe(1);
  });

  it('leaves out a pod far above the mean', () => {
    const states = pods({ requests: 6 }, { requests: 1 }, { requests: 1 }, { requests: 1 });
    expect(choose('prefix-cache', states, { prefixMatches: () => [1, 0, 0.1, 0] })).toBe(2);
  });

  it('looks only at the idlest when the load is out of balance', () => {
    const states = pods({ requests: 20 }, { requests: 3 }, { requests: 2 }, { requests: 2 });
    expect(choose('prefix-cache', states, { prefixMatches: () => [1, 1, 0, 0.1] })).toBe(3);
  });
});

describe('session-affinity', () => {
  const request = (sessionId?: string, sessionKey?: string): Partial<RoutingView> => ({
    request: { user: undefined, sessionId, sessionKey },
  });

  it('takes the pod that the session id names, before the key', () => {
    for (const [index, { address }] of three.entries()) {
      expect(choose('session-affinity', three, request(sessionIdOf(address), 'key'))).toBe(index);
    }
  });

  it('gives a key the same pod always, and all pods their share of keys', () => {
    const keys = Array.from({ length: 300 }, (_, index) => `session-${index}`);
    const chosen = keys.map((key) => choose('session-affinity', three, request(undefined, key)));
    expect(keys.map((key) => choose('session-affinity', three, request(undefined, key)))).toEqual(chosen);
    for (const index of [0, 1, 2]) expect(chosen.filter((pod) => pod === index).length).toBeGreaterThan(67);
    // Without the last pod only its own keys move.
    const fewer = keys.map((key) => choose('session-affinity', three.slice(0, 2), request(undefined, key)));
    for (const [at, pod] of chosen.entries()) if (pod < 2) expect(fewer[at]).toBe(pod);
  });

  it('draws for an id of no pod, and for a key that is too long', () => {
    for (const fields of [request('bm9uZQ=='), request('%%%'), request(undefined, 'k'.repeat(257)), request()]) {
      expect(Math.min(...shares('session-affinity', three, fields))).toBeGreaterThan(800);
    }
  });
});

describe('vtc-basic', () => {
  const user = { user: 'a', sessionId: undefined, sessionKey: undefined };

  it('moves a user on as the tokens grow', () => {
    const chosen = [0, 100, 200, 300].map((tokens) =>
      choose('vtc-basic', three, { request: user, userTokens: () => tokens }),
    );
    expect(chosen).toEqual([0, 1, 2, 0]);
  });

  it('weighs the load of a pod', () => {
    const states = pods({ requests: 100 }, {});
    const fields = { request: user, userTokens: () => 40 };
    expect(choose('vtc-basic', pods({}, {}), fields)).toBe(0);
    expect(choose('vtc-basic', states, fields)).toBe(1);
  });

  it('sends requests without a user anywhere', () => {
    expect(Math.min(...shares('vtc-basic', three))).toBeGreaterThan(800);
  });
});

describe('a weighted list', () => {
  it('lets the heavier strategy decide', () => {
    const states = pods(
      { requests: 10, meanPromptTokens: 1, meanOutputTokens: 1 },
      { requests: 2, meanPromptTokens: 100, meanOutputTokens: 100 },
    );
    expect(choose('least-request:10,throughput:1', states)).toBe(1);
    expect(choose('least-request:1,throughput:10', states)).toBe(0);
    expect(choose('least-request,throughput:2,least-kv-cache:0', states)).toBe(0);
  });

  it('finds the pod that is good enough for all', () => {
    const states = pods(
      { requests: 1, meanPromptTokens: 0, meanOutputTokens: 1_500 },
      { requests: 50, meanPromptTokens: 0, meanOutputTokens: 15 },
      { requests: 10, meanPromptTokens: 0, meanOutputTokens: 150 },
    );
    expect(choose('least-request:1,throughput:1', states)).toBe(2);
  });

  it.each([
    ['least-requests', 'unknown routing strategy "least-requests": did you mean "least-request"?'],
    ['least-latency-of-all-pods', 'there are random, round-robin'],
    ['', 'unknown routing strategy ""'],
    ['toString', 'unknown routing strategy "toString"'],
    ['random:x', 'the weight of "random" must be a number from 0 (found "random:x")'],
    ['random:-1', 'must be a number from 0'],
    ['random:1:2', 'must be a number from 0'],
    ['random:0', 'no routing strategy in "random:0" has a weight above 0'],
    ['random:1,', 'unknown routing strategy ""'],
  ])('%s is none', (text, problem) => {
    expect(parseRoutingStrategy(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
