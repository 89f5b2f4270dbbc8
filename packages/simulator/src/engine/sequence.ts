import type { EngineListener, EngineRequest } from './engine.js';
import type { KvAllocation } from './kv-cache.js';

/** A request under way in the engine. */
export interface Sequence {
  readonly request: EngineRequest;
  readonly listener: EngineListener;
  readonly arrivalMs: number;
  /** From admission to the last token. */
  allocation: KvAllocation | undefined;
  /** Prompt tokens whose keys and values are there. */
  prefilled: number;
  /** Prompt tokens that the step under way computes. */
  chunk: number;
  /** Tokens of the answer so far. */
  generated: number;
  /** Of these, told to the listener. */
  delivered: number;
}

export const createSequence = (request: EngineRequest, listener: EngineListener, arrivalMs: number): Sequence => ({
  request,
  listener,
  arrivalMs,
  allocation: undefined,
  prefilled: 0,
  chunk: 0,
  generated: 0,
  delivered: 0,
});

export const isPrefilled = (sequence: Sequence): boolean => sequence.prefilled === sequence.request.promptTokens;

export const isFinished = (sequence: Sequence): boolean => sequence.generated === sequence.request.outputTokens;
