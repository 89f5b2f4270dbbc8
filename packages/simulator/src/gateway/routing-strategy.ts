import { closestMatch } from '@aibrix/core/errors';
import { leastKvCache } from './strategies/least-kv-cache.js';
import { leastRequest } from './strategies/least-request.js';
import { powerOfTwo } from './strategies/power-of-two.js';
import { prefixCache } from './strategies/prefix-cache.js';
import { random } from './strategies/random.js';
import { roundRobin } from './strategies/round-robin.js';
import { sessionAffinity } from './strategies/session-affinity.js';
import { throughput } from './strategies/throughput.js';
import { vtcBasic } from './strategies/vtc-basic.js';
import type { Strategy } from './strategy.js';

/** A name that the gateway knows. */
export type StrategyName =
  | 'random'
  | 'round-robin'
  | 'least-request'
  | 'least-kv-cache'
  | 'throughput'
  | 'power-of-two'
  | 'prefix-cache'
  | 'session-affinity'
  | 'vtc-basic';

const STRATEGIES: Record<StrategyName, Strategy> = {
  random,
  'round-robin': roundRobin,
  'least-request': leastRequest,
  'least-kv-cache': leastKvCache,
  throughput,
  'power-of-two': powerOfTwo,
  'prefix-cache': prefixCache,
  'session-affinity': sessionAffinity,
  'vtc-basic': vtcBasic,
};

/** All of them. */
export const ROUTING_STRATEGIES: readonly StrategyName[] = Object.keys(STRATEGIES) as StrategyName[];

/** One strategy of a list, with its share in the choice. */
export interface WeightedStrategy {
  name: StrategyName;
  strategy: Strategy;
  /** Above 0; the sum over a list is 1. */
  weight: number;
}

const isName = (name: string): name is StrategyName => Object.hasOwn(STRATEGIES, name);

/** Why a text is no strategy. */
export interface StrategyProblem {
  problem: string;
}

const readWeight = (text: string | undefined): number =>
  text === undefined ? 1 : /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;

/**
 * Reads `least-request`, or a weighted list such as `least-request:10,throughput:1`. A weight that is left out is 1, and
 * 0 takes its strategy off the list, as AIBrix has it. Names are told apart by case.
 */
export const parseRoutingStrategy = (text: string): readonly WeightedStrategy[] | StrategyProblem => {
  const list: WeightedStrategy[] = [];
  for (const item of text.split(',')) {
    const [name = '', weightText, ...rest] = item.trim().split(':');
    if (!isName(name)) {
      const near = closestMatch(name, ROUTING_STRATEGIES);
      const hint = near ? `did you mean "${near}"?` : `there are ${ROUTING_STRATEGIES.join(', ')}`;
      return { problem: `unknown routing strategy "${name}": ${hint}` };
    }
    const weight = readWeight(weightText);
    if (Number.isNaN(weight) || rest.length > 0) {
      return { problem: `the weight of "${name}" must be a number from 0 (found "${item.trim()}")` };
    }
    if (weight > 0) list.push({ name, strategy: STRATEGIES[name], weight });
  }
  if (list.length === 0) return { problem: `no routing strategy in "${text}" has a weight above 0` };
  const sum = list.reduce((total, { weight }) => total + weight, 0);
  return list.map((item) => ({ ...item, weight: item.weight / sum }));
};
