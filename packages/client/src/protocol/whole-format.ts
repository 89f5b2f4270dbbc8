import type { Failure } from '../exchange/failure.js';
import type { Answer, Loose } from './answer.js';

/** How an answer that comes as one JSON object is read. */
export interface WholeFormat {
  /** What such an answer is called, in messages: `chat completion`. */
  readonly name: string;
  /** Puts what `body` says into `answer`. Returns whether it is such an answer at all. */
  read(body: Loose, answer: Answer): boolean;
  /** The failure that `body` tells of under a status of success. */
  failureOf?(body: Loose): Failure | null;
}
