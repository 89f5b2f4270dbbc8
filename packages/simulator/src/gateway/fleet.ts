import type { Clock } from '@aibrix/core/clock';
import {
  createEngine,
  type Engine,
  type EngineListener,
  type EngineRequest,
  type EngineStats,
} from '../engine/engine.js';
import type { EngineProfile } from '../engine/engine-profile.js';
import { type Pod, type PodState, podOf } from './pod.js';

/** One engine with a name, and what the gateway knows of it. */
export interface Replica {
  readonly pod: Pod;
  readonly engine: Engine;
  isUp: boolean;
  /** Sent there, and not ended. */
  requests: number;
  /** Ended there. */
  ended: { requests: number; promptTokens: number; outputTokens: number };
}

/** Sees each request that is handed to an engine; returns the listener that the engine is to tell instead. */
type ListenerTap = (replica: number, request: EngineRequest, listener: EngineListener) => EngineListener;

export interface FleetOptions {
  clock: Clock;
  profile: EngineProfile;
  seed: number | string;
  /** At least 1. */
  replicas: number;
  tap?: ListenerTap | undefined;
}

/** Replicas of one engine, each with a queue, a batch and a KV cache of its own. */
export interface Fleet {
  readonly replicas: readonly Replica[];
  /**
   * All of them as one engine: a request runs where it was assigned, and so do its parts `id-0` and on; or else on the
   * first; what is asked of the engine itself is done by each.
   */
  readonly engine: Engine;
  /** Says where the request `id` will run, before it is submitted. */
  assign(id: string, replica: Replica): void;
  /** The request `id` ended, with the tokens it had. */
  release(id: string, tokens: { promptTokens: number; outputTokens: number }): void;
}

type Figures = { [name: string]: number | Figures };

const add = (left: Figures, right: Figures): Figures => {
  const sum: Figures = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const other = sum[name];
    if (typeof value === 'object') sum[name] = add(typeof other === 'object' ? other : {}, value);
    else sum[name] = (typeof other === 'number' ? other : 0) + value;
  }
  return sum;
};

/** Figure by figure, whatever figures engines have. */
const sumStats = (stats: readonly EngineStats[]): EngineStats =>
  (stats as unknown as Figures[]).reduce(add) as unknown as EngineStats;

/** What strategies see of a replica now. */
export const podStateOf = ({ pod, engine, requests, ended }: Replica): PodState => {
  const { usedKvBlocks, totalKvBlocks } = engine.stats();
  const mean = (tokens: number): number | null => (ended.requests === 0 ? null : tokens / ended.requests);
  return {
    ...pod,
    requests,
    kvCacheUsage: usedKvBlocks / totalKvBlocks,
    meanPromptTokens: mean(ended.promptTokens),
    meanOutputTokens: mean(ended.outputTokens),
  };
};

class AssigningEngine implements Engine {
  readonly profile: EngineProfile;
  readonly #replicas: readonly Replica[];
  readonly #assigned: ReadonlyMap<string, Replica>;
  readonly #tap: ListenerTap | undefined;

  constructor(replicas: readonly Replica[], assigned: ReadonlyMap<string, Replica>, tap: ListenerTap | undefined) {
    this.#replicas = replicas;
    this.#assigned = assigned;
    this.#tap = tap;
    this.profile = this.#first.engine.profile;
  }

  submit(request: EngineRequest, listener: EngineListener): void {
    const replica = this.#replicaOf(request.id);
    const tapped = this.#tap ? this.#tap(this.#replicas.indexOf(replica), request, listener) : listener;
    replica.engine.submit(request, tapped);
  }

  cancel(id: string): boolean {
    return this.#replicaOf(id).engine.cancel(id);
  }

  pause(untilMs: number): void {
    for (const { engine } of this.#replicas) engine.pause(untilMs);
  }

  resetPrefixCache(): void {
    for (const { engine } of this.#replicas) engine.resetPrefixCache();
  }

  stats(): EngineStats {
    return sumStats(this.#replicas.map(({ engine }) => engine.stats()));
  }

  get #first(): Replica {
    return this.#replicas[0] as Replica;
  }

  #replicaOf(id: string): Replica {
    if (this.#assigned.size === 0) return this.#first;
    // Parts of a request are named after it, with a number: they run where it was assigned.
    return this.#assigned.get(id) ?? this.#assigned.get(id.slice(0, id.lastIndexOf('-'))) ?? this.#first;
  }
}

/** The noise of a single engine stays what it was before there were replicas. */
const engineName = (index: number): string => (index === 0 ? 'engine' : `engine-${index}`);

/**
 * A fleet of engines on one clock.
 *
 * @throws BenchmarkError `usage` when the profile cannot run
 */
export const createFleet = ({ clock, profile, seed, replicas: count, tap }: FleetOptions): Fleet => {
  const replicas = Array.from({ length: count }, (_, index): Replica => {
    const engine = createEngine({ clock, profile, seed, name: engineName(index) });
    const ended = { requests: 0, promptTokens: 0, outputTokens: 0 };
    return { pod: podOf(index), engine, isUp: true, requests: 0, ended };
  });
  const assigned = new Map<string, Replica>();
  return {
    replicas,
    engine: new AssigningEngine(replicas, assigned, tap),
    assign(id, replica) {
      assigned.set(id, replica);
      replica.requests++;
    },
    release(id, { promptTokens, outputTokens }) {
      const replica = assigned.get(id);
      if (!replica) return;
      assigned.delete(id);
      replica.requests--;
      replica.ended.requests++;
      replica.ended.promptTokens += promptTokens;
      replica.ended.outputTokens += outputTokens;
    },
  };
};
