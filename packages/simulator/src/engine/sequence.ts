import type { EngineListener, EngineRequest } from './engine.js';
import type { KvAllocation } from './kv-cache.js';

/** A request under way in the engine. */
export interface Sequence {
  readonly request: EngineRequest;
  readonly listener: EngineListener;
  readonly arrivalMs: number;
  /** While it is in the batch. */
  allocation: KvAllocation | undefined;
  /** Tokens whose keys and values are there. */
  computed: number;
  /** Tokens to compute before the next one of the answer comes: the prompt, and after a preemption the answer so far. */
  prefillTokens: number;
  /** Tokens that the step under way computes. */
  chunk: number;
  /** Tokens of the answer so far. */
  generated: number;
  /** Of these, told to the listener. */
  delivered: number;
  /** When it first left the queue. */
  admittedMs: number | undefined;
  firstTokenMs: number | undefined;
}

export const createSequence = (request: EngineRequest, listener: EngineListener, arrivalMs: number): Sequence => ({
  request,
  listener,
  arrivalMs,
  allocation: undefined,
  computed: 0,
  prefillTokens: request.promptTokens,
  chunk: 0,
  generated: 0,
  delivered: 0,
  admittedMs: undefined,
  firstTokenMs: undefined,
});

/** Tokens that are known: the prompt and the answer so far. */
export const knownTokens = (sequence: Sequence): number => sequence.request.promptTokens + sequence.generated;

/** Whether it decodes; otherwise it is being prefilled. */
export const isPrefilled = (sequence: Sequence): boolean => sequence.computed >= sequence.prefillTokens;

export const isFinished = (sequence: Sequence): boolean => sequence.generated === sequence.request.outputTokens;
