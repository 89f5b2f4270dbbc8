import type { Failure } from '../exchange/failure.js';
import type { Answer } from './answer.js';

/** Turns the body of a successful response into an `Answer`, read by read. */
export interface AnswerReader {
  readonly answer: Answer;
  /** When the response said that it is whole, in epoch milliseconds; null before. */
  readonly wholeMs: number | null;
  /** Takes one socket read. Returns a failure when the response cannot be what the protocol says. */
  push(bytes: Uint8Array, timeMs: number): Failure | null;
  /** The response has ended. Returns a failure when it was not complete. */
  end(): Failure | null;
}
