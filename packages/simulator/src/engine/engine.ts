import type { Clock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom } from '@aibrix/core/random';
import { type EngineCounters, type EngineFinish, zeroCounters } from './engine-counters.js';
import { type EngineProfile, profileProblems } from './engine-profile.js';
import { createKvCache, type KvCache } from './kv-cache.js';
import { Scheduler } from './scheduler.js';
import { createSequence, isFinished, type Sequence } from './sequence.js';
import { createStepNoise } from './step-noise.js';
import { stepDurationMs } from './step-time.js';

export interface EngineRequest {
  /** Unique among the requests under way. */
  id: string;
  /** At least 1. */
  promptTokens: number;
  /** Tokens to answer with, at least 1. */
  outputTokens: number;
  /**
   * Names of the full 16-token blocks of the prompt and the answer after it, each standing for its tokens and all before
   * them: what makes them be found by later requests that begin alike. Without names nothing is found or kept.
   */
  blockNames?: ArrayLike<number> | undefined;
  /** What is counted when its last token came. Default `length`. */
  finish?: Exclude<EngineFinish, 'abort'> | undefined;
}

/** Called as a request proceeds. All times are those of the model, in epoch milliseconds. */
export interface EngineListener {
  /**
   * The request left the queue: its prefill begins at `timeMs`, without the `cachedTokens` that were there already. Called
   * once, though a preemption may send it back.
   */
  onAdmitted?: ((admission: { timeMs: number; cachedTokens: number }) => void) | undefined;
  /** Its memory went to an earlier request: it is queued again, and computed again with the tokens it has so far. */
  onPreempted?: (() => void) | undefined;
  /** `count` more tokens of the answer are ready. Those that become ready at the same time come in one call. */
  onTokens(count: number, timeMs: number): void;
  /** The last token was ready at `timeMs`; called once, after its `onTokens`. Not called after `cancel`. */
  onDone(timeMs: number): void;
}

export interface EngineStats extends Readonly<EngineCounters> {
  /** Sequences in the batch. */
  running: number;
  /** Requests in the queue. */
  waiting: number;
  /** Held by sequences in the batch; free blocks that could be found are not among them. */
  usedKvBlocks: number;
  /** Full blocks that would be found, held or free. */
  cachedKvBlocks: number;
  totalKvBlocks: number;
}

export interface Engine {
  readonly profile: EngineProfile;
  /**
   * Queues a request that arrives now.
   *
   * @throws BenchmarkError `usage` when it could never run: a length out of range, or an id that is under way
   */
  submit(request: EngineRequest, listener: EngineListener): void;
  /** Takes a request out, freeing its place and memory at once; says whether it was under way. */
  cancel(id: string): boolean;
  /** Stands still: no step begins before `untilMs` (epoch milliseconds). The one under way ends. */
  pause(untilMs: number): void;
  /**
   * Forgets what the KV cache holds, as a restart would: later requests find nothing of what was there before. Requests
   * under way are not touched (vLLM refuses while there are some).
   */
  resetPrefixCache(): void;
  stats(): EngineStats;
}

export interface EngineOptions {
  /** Real, or virtual to run hours of load in seconds. */
  clock: Clock;
  profile: EngineProfile;
  /** Of the noise. Default 0. */
  seed?: number | string | undefined;
  /** Tells the noise of several engines with one seed apart. Default `engine`. */
  name?: string | undefined;
}

/**
 * A discrete-time model of continuous batching as vLLM V1 does it: what a step computes is the scheduler's, how long that
 * takes is the profile's. A request that arrives during a step waits for the next one.
 *
 * Steps are laid end to end in model time: on a real clock a timer that fires late delays the news of a step, never the
 * steps after it.
 */
class BatchingEngine implements Engine {
  readonly profile: EngineProfile;
  readonly #clock: Clock;
  readonly #kvCache: KvCache;
  readonly #scheduler: Scheduler;
  readonly #counters = zeroCounters();
  readonly #noise: () => number;
  readonly #byId = new Map<string, Sequence>();
  readonly #undelivered = new Set<Sequence>();
  /** When the step under way ends, or the last one did. */
  #stepEndMs = Number.NEGATIVE_INFINITY;
  #isStepUnderWay = false;
  #isAwake = false;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: EngineOptions) {
    const { clock, profile, seed = 0, name = 'engine' } = options;
    this.profile = profile;
    this.#clock = clock;
    this.#kvCache = createKvCache(profile.kvCacheTokens);
    this.#scheduler = new Scheduler({ profile, kvCache: this.#kvCache, counters: this.#counters });
    this.#noise = createStepNoise(createRandom(seed, `${name}/step-time`), profile.stepTimeCv);
  }

  submit(request: EngineRequest, listener: EngineListener): void {
    this.#check(request);
    const sequence = createSequence(request, listener, this.#clock.now());
    this.#byId.set(request.id, sequence);
    this.#scheduler.add(sequence);
    if (this.#isAwake) return;
    this.#isAwake = true;
    // Not at once: what else arrives at this moment belongs to the same step.
    this.#clock.at(sequence.arrivalMs, () => this.#advance());
  }

  cancel(id: string): boolean {
    const sequence = this.#byId.get(id);
    if (!sequence) return false;
    this.#byId.delete(id);
    this.#undelivered.delete(sequence);
    this.#scheduler.remove(sequence);
    // One whose tokens are all there was counted as finished.
    if (!isFinished(sequence)) this.#counters.finished.abort++;
    return true;
  }

  pause(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  resetPrefixCache(): void {
    this.#kvCache.reset();
  }

  stats(): EngineStats {
    return {
      ...this.#counters,
      finished: { ...this.#counters.finished },
      running: this.#scheduler.running,
      waiting: this.#scheduler.waiting,
      usedKvBlocks: this.#kvCache.usedBlocks,
      cachedKvBlocks: this.#kvCache.cachedBlocks,
      totalKvBlocks: this.#kvCache.totalBlocks,
    };
  }

  #check({ id, promptTokens, outputTokens }: EngineRequest): void {
    for (const [name, value] of Object.entries({ promptTokens, outputTokens })) {
      if (Number.isSafeInteger(value) && value >= 1) continue;
      throw new BenchmarkError(
        'usage',
        `request "${id}": ${name} must be a whole number of at least 1 (found ${value})`,
      );
    }
    const { maxModelLen } = this.profile;
    if (promptTokens + outputTokens > maxModelLen) {
      throw new BenchmarkError(
        'usage',
        `request "${id}": ${promptTokens} prompt tokens and ${outputTokens} to answer exceed the ${maxModelLen} of the model`,
      );
    }
    if (this.#byId.has(id)) throw new BenchmarkError('usage', `request "${id}" is already under way`);
  }

  /** Runs the model up to the present. */
  #advance(): void {
    for (;;) {
      if (this.#isStepUnderWay) {
        if (this.#stepEndMs > this.#clock.now()) {
          this.#clock.at(this.#stepEndMs, () => this.#advance());
          return;
        }
        this.#isStepUnderWay = false;
        this.#scheduler.finish((sequence) => this.#addToken(sequence));
      }
      const endedMs = this.#stepEndMs;
      const { dueMs } = this.#scheduler;
      if (dueMs === undefined) {
        this.#isAwake = false;
        this.#deliver(endedMs);
        return;
      }
      const startMs = Math.max(endedMs, dueMs, this.#pausedUntilMs);
      if (startMs > this.#clock.now()) {
        // A pause: what arrives meanwhile belongs to the step at its end.
        this.#deliver(endedMs);
        this.#clock.at(startMs, () => this.#advance());
        return;
      }
      this.#beginStep(startMs);
      if (this.#stepEndMs > endedMs) this.#deliver(endedMs);
    }
  }

  #beginStep(startMs: number): void {
    const durationMs = stepDurationMs(this.profile.stepTime, this.#scheduler.plan(startMs));
    this.#stepEndMs = startMs + durationMs * this.#noise();
    this.#isStepUnderWay = true;
    this.#counters.steps++;
  }

  #addToken(sequence: Sequence): void {
    this.#undelivered.add(sequence);
    this.#counters.generationTokens++;
    if (sequence.firstTokenMs === undefined) {
      sequence.firstTokenMs = this.#stepEndMs;
      this.#counters.promptTokens += sequence.request.promptTokens;
      this.#counters.prefillSeconds += (this.#stepEndMs - (sequence.admittedMs as number)) / 1e3;
    }
    if (isFinished(sequence)) {
      this.#counters.finished[sequence.request.finish ?? 'length']++;
      this.#counters.decodeSeconds += (this.#stepEndMs - sequence.firstTokenMs) / 1e3;
    }
  }

  /** Tells of the tokens that were ready at `timeMs`; kept back till then, so that steps without duration tell once. */
  #deliver(timeMs: number): void {
    for (const sequence of this.#undelivered) {
      this.#undelivered.delete(sequence);
      const count = sequence.generated - sequence.delivered;
      sequence.delivered = sequence.generated;
      sequence.listener.onTokens(count, timeMs);
      const { id } = sequence.request;
      // The listener may have cancelled it.
      if (!isFinished(sequence) || this.#byId.get(id) !== sequence) continue;
      this.#byId.delete(id);
      sequence.listener.onDone(timeMs);
    }
  }
}

/**
 * An engine on `clock`. On a virtual clock it is deterministic for a seed.
 *
 * @throws BenchmarkError `usage` when the profile cannot run
 */
export const createEngine = (options: EngineOptions): Engine => {
  const problems = profileProblems(options.profile);
  if (problems.length > 0) {
    throw new BenchmarkError('usage', `engine profile "${options.profile.name}" cannot run: ${problems.join('; ')}`);
  }
  return new BatchingEngine(options);
};
