import type { Clock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom } from '@aibrix/core/random';
import { type EngineProfile, profileProblems } from './engine-profile.js';
import { createKvCache, type KvCache } from './kv-cache.js';
import { createSequence, isFinished, isPrefilled, type Sequence } from './sequence.js';
import { createStepNoise } from './step-noise.js';
import { type StepLoad, stepDurationMs } from './step-time.js';

export interface EngineRequest {
  /** Unique among the requests under way. */
  id: string;
  /** At least 1. */
  promptTokens: number;
  /** Tokens to answer with, at least 1. */
  outputTokens: number;
  /** Names of the prompt's full 16-token blocks, each standing for its tokens and all before them. */
  promptBlocks?: readonly string[] | undefined;
}

/** Called as a request proceeds. All times are those of the model, in epoch milliseconds. */
export interface EngineListener {
  /** The request left the queue: its prefill begins at `timeMs`, without the `cachedTokens` that were there already. */
  onAdmitted?: ((admission: { timeMs: number; cachedTokens: number }) => void) | undefined;
  /** `count` more tokens of the answer are ready. Those that become ready at the same time come in one call. */
  onTokens(count: number, timeMs: number): void;
  /** The last token was ready at `timeMs`; called once, after its `onTokens`. Not called after `cancel`. */
  onDone(timeMs: number): void;
}

export interface EngineStats {
  /** Sequences in the batch. */
  running: number;
  /** Requests in the queue. */
  waiting: number;
  usedKvBlocks: number;
  totalKvBlocks: number;
  /** Steps begun so far. */
  steps: number;
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
 * A discrete-time model of continuous batching as vLLM schedules it.
 *
 * A step gives every running decode one token, then spends what is left of the token budget on prompts, first come first
 * served: those already running, then those waiting while the batch has a place and the KV cache has room. A prompt that
 * does not fit is computed in chunks over several steps; the step that ends it yields the first token. A request that
 * arrives during a step waits for the next one.
 *
 * Steps are laid end to end in model time: on a real clock a timer that fires late delays the news of a step, never the
 * steps after it.
 */
class BatchingEngine implements Engine {
  readonly profile: EngineProfile;
  readonly #clock: Clock;
  readonly #kvCache: KvCache;
  readonly #noise: () => number;
  readonly #byId = new Map<string, Sequence>();
  // In order of arrival; a Set forgets one from the middle without a search.
  readonly #waiting = new Set<Sequence>();
  readonly #running = new Set<Sequence>();
  readonly #undelivered = new Set<Sequence>();
  #steps = 0;
  /** When the step under way ends, or the last one did. */
  #stepEndMs = Number.NEGATIVE_INFINITY;
  #isStepUnderWay = false;
  #isAwake = false;

  constructor(options: EngineOptions) {
    const { clock, profile, seed = 0, name = 'engine' } = options;
    this.profile = profile;
    this.#clock = clock;
    this.#kvCache = createKvCache(profile.kvCacheTokens);
    this.#noise = createStepNoise(createRandom(seed, `${name}/step-time`), profile.stepTimeCv);
  }

  submit(request: EngineRequest, listener: EngineListener): void {
    this.#check(request);
    const sequence = createSequence(request, listener, this.#clock.now());
    this.#byId.set(request.id, sequence);
    this.#waiting.add(sequence);
    if (this.#isAwake) return;
    this.#isAwake = true;
    // Not at once: what else arrives at this moment belongs to the same step.
    this.#clock.at(sequence.arrivalMs, () => this.#advance());
  }

  cancel(id: string): boolean {
    const sequence = this.#byId.get(id);
    if (!sequence) return false;
    this.#byId.delete(id);
    this.#waiting.delete(sequence);
    this.#undelivered.delete(sequence);
    this.#leaveBatch(sequence);
    return true;
  }

  stats(): EngineStats {
    return {
      running: this.#running.size,
      waiting: this.#waiting.size,
      usedKvBlocks: this.#kvCache.usedBlocks,
      totalKvBlocks: this.#kvCache.totalBlocks,
      steps: this.#steps,
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
        this.#finishStep();
      }
      const endedMs = this.#stepEndMs;
      const [first] = this.#running.size > 0 ? this.#running : this.#waiting;
      if (!first) {
        this.#isAwake = false;
        this.#deliver(endedMs);
        return;
      }
      this.#beginStep(Math.max(endedMs, first.arrivalMs));
      if (this.#stepEndMs > endedMs) this.#deliver(endedMs);
    }
  }

  #beginStep(startMs: number): void {
    const durationMs = stepDurationMs(this.profile.stepTime, this.#planStep(startMs));
    this.#stepEndMs = startMs + durationMs * this.#noise();
    this.#isStepUnderWay = true;
    this.#steps++;
  }

  #planStep(startMs: number): StepLoad {
    const load: StepLoad = { prefillTokens: 0, prefillTokenPairs: 0, decodeSequences: 0, contextTokens: 0 };
    for (const sequence of this.#running) {
      if (!isPrefilled(sequence)) continue;
      load.decodeSequences++;
      load.contextTokens += sequence.request.promptTokens + sequence.generated;
    }
    let budget = this.profile.maxNumBatchedTokens - load.decodeSequences;
    for (const sequence of this.#running) {
      if (budget === 0) return load;
      if (!isPrefilled(sequence)) budget -= planChunk(sequence, budget, load);
    }
    for (const sequence of this.#waiting) {
      if (budget === 0 || sequence.arrivalMs > startMs || !this.#admit(sequence, startMs)) return load;
      budget -= planChunk(sequence, budget, load);
    }
    return load;
  }

  /** Moves a request from the queue into the batch, if there is a place and memory for it. */
  #admit(sequence: Sequence, timeMs: number): boolean {
    if (this.#running.size >= this.profile.maxNumSeqs) return false;
    const { promptTokens, outputTokens, promptBlocks } = sequence.request;
    const allocation = this.#kvCache.allocate({ tokens: promptTokens + outputTokens, promptBlocks });
    if (!allocation) return false;
    sequence.allocation = allocation;
    // The last prompt token is always computed: the first token of the answer comes out of it.
    sequence.prefilled = Math.min(allocation.cachedTokens, promptTokens - 1);
    this.#waiting.delete(sequence);
    this.#running.add(sequence);
    sequence.listener.onAdmitted?.({ timeMs, cachedTokens: sequence.prefilled });
    return true;
  }

  #finishStep(): void {
    this.#isStepUnderWay = false;
    for (const sequence of this.#running) {
      sequence.prefilled += sequence.chunk;
      sequence.chunk = 0;
      if (!isPrefilled(sequence)) continue;
      sequence.generated++;
      this.#undelivered.add(sequence);
      if (isFinished(sequence)) this.#leaveBatch(sequence);
    }
  }

  #leaveBatch(sequence: Sequence): void {
    this.#running.delete(sequence);
    if (sequence.allocation) this.#kvCache.release(sequence.allocation);
    sequence.allocation = undefined;
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

/** Gives the next part of a prompt, `budget` tokens at most, to the step; returns how many. */
const planChunk = (sequence: Sequence, budget: number, load: StepLoad): number => {
  const { prefilled } = sequence;
  const chunk = Math.min(budget, sequence.request.promptTokens - prefilled);
  sequence.chunk = chunk;
  load.prefillTokens += chunk;
  load.prefillTokenPairs += chunk * prefilled + (chunk * (chunk + 1)) / 2;
  load.contextTokens += prefilled;
  return chunk;
};

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
