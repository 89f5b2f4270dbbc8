import type { Failure } from '../exchange/failure.js';
import { type Answer, asObject, asText, emptyAnswer, type Loose, readUsage } from './answer.js';
import { endlessAnswer, MAX_ANSWER_BYTES } from './answer-limit.js';
import type { AnswerReader } from './answer-reader.js';

/** Reads a chat completion that comes as one JSON object. */
export class BatchReader implements AnswerReader {
  readonly answer: Answer = emptyAnswer();
  /** Only the end of the response makes it whole. */
  readonly wholeMs = null;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

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
    const choices = body?.choices;
    const choice = Array.isArray(choices) ? asObject(choices[0]) : undefined;
    if (!body || !choice) {
      const message = `the response is no chat completion: ${text}`;
      return { type: 'malformed_stream', code: null, message };
    }
    this.answer.text = asText(asObject(choice.message)?.content) ?? '';
    this.answer.finishReason = asText(choice.finish_reason);
    this.answer.usage = readUsage(body.usage);
    return null;
  }
}
