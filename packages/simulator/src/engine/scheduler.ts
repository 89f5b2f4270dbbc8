import type { EngineCounters } from './engine-counters.js';
import type { EngineProfile } from './engine-profile.js';
import type { KvCache } from './kv-cache.js';
import { isFinished, isPrefilled, knownTokens, type Sequence } from './sequence.js';
import type { StepLoad } from './step-time.js';

const NO_NAMES: readonly number[] = [];

/**
 * Decides what each step computes, as vLLM's scheduler does with chunked prefill and first come first served.
 *
 * A step gives every running decode one token, then spends what is left of the token budget on prompts: those already
 * running, then those waiting while the batch has a place and the KV cache has room for the whole prompt. A prompt that
 * does not fit the budget is computed in chunks over several steps; the step that ends it yields the next token. Tokens
 * found in the KV cache cost nothing of the budget.
 *
 * When a decode needs a block and none is free, the sequence that arrived last gives its memory up and goes back to the
 * head of the queue; there it waits to be computed again, with the tokens that it has generated. Nothing is let in from
 * the queue in such a step.
 */
export class Scheduler {
  readonly #profile: EngineProfile;
  readonly #kvCache: KvCache;
  readonly #counters: EngineCounters;
  // In order of arrival; a Set forgets one from the middle without a search.
  readonly #waiting = new Set<Sequence>();
  readonly #running = new Set<Sequence>();
  /** Before all that waits; the head of the queue is the last one. */
  readonly #preempted: Sequence[] = [];

  constructor(options: { profile: EngineProfile; kvCache: KvCache; counters: EngineCounters }) {
    this.#profile = options.profile;
    this.#kvCache = options.kvCache;
    this.#counters = options.counters;
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.size + this.#preempted.length;
  }

  /** When what there is to do first came; `undefined` when there is nothing. */
  get dueMs(): number | undefined {
    const [first] = this.#running.size > 0 ? this.#running : [this.#head()];
    return first?.arrivalMs;
  }

  add(sequence: Sequence): void {
    this.#waiting.add(sequence);
  }

  /** Takes a sequence out, wherever it is. */
  remove(sequence: Sequence): void {
    this.#waiting.delete(sequence);
    this.#leaveBatch(sequence);
    const index = this.#preempted.indexOf(sequence);
    if (index >= 0) this.#preempted.splice(index, 1);
  }

  /** Begins a step. */
  plan(startMs: number): StepLoad {
    const load: StepLoad = { prefillTokens: 0, prefillTokenPairs: 0, decodeSequences: 0, contextTokens: 0 };
    const preemptionsBefore = this.#counters.preemptions;
    for (const sequence of this.#running) {
      if (isPrefilled(sequence) && this.#makeRoom(sequence)) planDecode(sequence, load);
    }
    let budget = this.#profile.maxNumBatchedTokens - load.decodeSequences;
    for (const sequence of this.#running) {
      if (budget === 0) return load;
      if (!isPrefilled(sequence)) budget -= this.#planChunk(sequence, budget, load);
    }
    if (this.#counters.preemptions > preemptionsBefore) return load;
    while (budget > 0) {
      const next = this.#head();
      if (!next || next.arrivalMs > startMs || !this.#admit(next, startMs)) break;
      budget -= this.#planChunk(next, budget, load);
    }
    return load;
  }

  /** Ends the step; `onToken` is called of each sequence that has a token more. Those that are done leave the batch. */
  finish(onToken: (sequence: Sequence) => void): void {
    for (const sequence of this.#running) {
      if (sequence.chunk === 0) continue;
      sequence.computed += sequence.chunk;
      sequence.chunk = 0;
      if (sequence.computed < knownTokens(sequence)) continue;
      sequence.generated++;
      onToken(sequence);
      if (isFinished(sequence)) this.#leaveBatch(sequence);
    }
  }

  #head(): Sequence | undefined {
    const preempted = this.#preempted.at(-1);
    if (preempted) return preempted;
    const [first] = this.#waiting;
    return first;
  }

  /** Memory for the token that a decode computes, at the cost of later sequences; `false` when its own had to go. */
  #makeRoom(sequence: Sequence): boolean {
    const { allocation } = sequence;
    if (!allocation) return false;
    while (!this.#kvCache.extend(allocation, knownTokens(sequence))) {
      const latest = [...this.#running].at(-1) as Sequence;
      this.#preempt(latest);
      if (latest === sequence) return false;
    }
    return true;
  }

  /** Gives the next part of a prompt, `budget` tokens at most, to the step; returns how many. */
  #planChunk(sequence: Sequence, budget: number, load: StepLoad): number {
    const { computed, allocation } = sequence;
    const chunk = Math.min(budget, knownTokens(sequence) - computed);
    if (!allocation || !this.#kvCache.extend(allocation, computed + chunk)) {
      // What is prefilled came last: there is no later one to take memory from.
      this.#preempt(sequence);
      return 0;
    }
    sequence.chunk = chunk;
    load.prefillTokens += chunk;
    load.prefillTokenPairs += chunk * computed + (chunk * (chunk + 1)) / 2;
    load.contextTokens += computed;
    return chunk;
  }

  /** Moves a request from the queue into the batch, if there is a place and memory for it. */
  #admit(sequence: Sequence, timeMs: number): boolean {
    if (this.#running.size >= this.#profile.maxNumSeqs) return false;
    const { promptTokens, blockNames } = sequence.request;
    const opened = this.#kvCache.open(knownTokens(sequence), blockNames ?? NO_NAMES);
    if (!opened) return false;
    const { allocation, cachedTokens } = opened;
    sequence.allocation = allocation;
    sequence.computed = cachedTokens;
    sequence.prefillTokens = knownTokens(sequence);
    if (this.#preempted.at(-1) === sequence) this.#preempted.pop();
    else this.#waiting.delete(sequence);
    this.#running.add(sequence);
    if (sequence.admittedMs !== undefined) return true;
    sequence.admittedMs = timeMs;
    this.#counters.queueSeconds += (timeMs - sequence.arrivalMs) / 1e3;
    this.#counters.prefixCacheQueriedTokens += promptTokens;
    this.#counters.prefixCacheHitTokens += cachedTokens;
    sequence.listener.onAdmitted?.({ timeMs, cachedTokens });
    return true;
  }

  #preempt(sequence: Sequence): void {
    this.#leaveBatch(sequence);
    this.#preempted.push(sequence);
    this.#counters.preemptions++;
    sequence.listener.onPreempted?.();
  }

  #leaveBatch(sequence: Sequence): void {
    this.#running.delete(sequence);
    if (sequence.allocation) this.#kvCache.release(sequence.allocation);
    sequence.allocation = undefined;
    sequence.computed = 0;
    sequence.chunk = 0;
  }
}

const planDecode = (sequence: Sequence, load: StepLoad): void => {
  sequence.chunk = 1;
  load.decodeSequences++;
  load.contextTokens += knownTokens(sequence);
};
