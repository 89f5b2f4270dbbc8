import type { Failure } from '../exchange/failure.js';
import { type Answer, asObject, emptyAnswer, type Loose } from './answer.js';
import { endlessAnswer, MAX_ANSWER_BYTES } from './answer-limit.js';
import type { AnswerReader } from './answer-reader.js';
import type { WholeFormat } from './whole-format.js';

/** Reads an answer that comes as one JSON object. */
export class BatchReader implements AnswerReader {
  readonly answer: Answer = emptyAnswer();
  /** Only the end of the response makes it whole. */
  readonly wholeMs = null;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  readonly #format: WholeFormat;

  constructor(format: WholeFormat) {
    this.#format = format;
  }

  push(bytes: Uint8Array): Failure | null {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_ANSWER_BYTES) {
      this.#pieces = [];
      return endlessAnswer('the answer', MAX_ANSWER_BYTES);
    }
    this.#pieces.push(Uint8Array.from(bytes));
    return null;
  }

  end(): Failure | null {
    const text = Buffer.concat(this.#pieces).toString('utf8');
    let body: Loose | undefined;
    try {
      body = asObject(JSON.parse(text));
    } catch {
      body = undefined;
    }
    const failure = body ? this.#format.failureOf?.(body) : null;
    if (failure) return failure;
    if (body && this.#format.read(body, this.answer)) return null;
    return { type: 'malformed_stream', code: null, message: `the response is no ${this.#format.name}: ${text}` };
  }
}
