import { createParser } from 'eventsource-parser';
import type { Failure } from '../exchange/failure.js';
import { type Answer, asObject, emptyAnswer, type Loose, readErrorMessage } from './answer.js';
import { endlessAnswer, MAX_ANSWER_BYTES, MAX_EVENT_BYTES } from './answer-limit.js';
import type { AnswerReader } from './answer-reader.js';
import { type ChunkContent, type ChunkFormat, clearContent, emptyContent } from './chunk-format.js';
import { RepeatedEvent } from './repeated-event.js';

/** Of a response that is no stream: enough to tell what it is. */
const HEAD_CHARACTERS = 500;
const DONE = '[DONE]';
/** Characters that are joined before the text is made one string again, and one in so many of those there are. */
const LOOSE_CHARACTERS = 24;
const LOOSE_PART = 16;
/** Written and never read. */
const lastLook = { character: 0 };

/** The text of an event that says nothing else; undefined of any other. */
const plainText = (content: ChunkContent): string | undefined => {
  const { isToken, text, toolCalls, usage, finishReason, showsEnd, isLast, failure } = content;
  const saysMore =
    toolCalls !== '' || usage !== null || finishReason !== null || showsEnd || isLast || failure !== null;
  return isToken && !saysMore && text !== '' ? text : undefined;
};

/**
 * Reads a streamed answer (server-sent events). A read may hold any part of any number of events; all tokens
 * of one read share its time, because they arrived together.
 */
export class StreamReader implements AnswerReader {
  readonly answer: Answer = emptyAnswer();
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: (event) => this.#onEvent(event.data) });
  readonly #keepsGaps: boolean;
  readonly #readChunk: ChunkFormat;
  readonly #content = emptyContent();
  #failure: Failure | null = null;
  wholeMs: number | null = null;
  #hasEvents = false;
  readonly #repeated = new RepeatedEvent();
  /** What was read so far ends with an event: the parser holds nothing back. */
  #isBetweenEvents = true;
  /** Something showed that the answer is whole. */
  #hasEnd = false;
  #head = '';
  /** What has come since the last event. */
  #eventBytes = 0;
  #timeMs = 0;
  /** Length at which the text is made one string. */
  #joinLength = LOOSE_CHARACTERS;
  /** Token-carrying chunks of the current read. */
  #chunksInRead = 0;
  /** Tokens by the running usage count: after the current read, and after the one before. */
  #usageTokens: number | null = null;
  #usageTokensBefore = 0;

  constructor(options: { keepsGaps: boolean; readChunk: ChunkFormat }) {
    this.#keepsGaps = options.keepsGaps;
    this.#readChunk = options.readChunk;
  }

  push(bytes: Uint8Array, timeMs: number): Failure | null {
    this.#timeMs = timeMs;
    this.#chunksInRead = 0;
    const text = this.#decoder.decode(bytes, { stream: true });
    if (!this.#hasEvents && this.#head.length < HEAD_CHARACTERS) this.#head += text.slice(0, HEAD_CHARACTERS);
    this.#eventBytes += bytes.length;
    this.#readEvents(text);
    if (this.#chunksInRead > 0) {
      this.#closeRead(timeMs);
      this.#eventBytes = 0;
    }
    return this.#failure ?? this.#endless();
  }

  #endless(): Failure | null {
    if (this.#eventBytes > MAX_EVENT_BYTES) return endlessAnswer('an event', MAX_EVENT_BYTES);
    const { text, toolCalls } = this.answer;
    return text.length + toolCalls.length > MAX_ANSWER_BYTES ? endlessAnswer('the answer', MAX_ANSWER_BYTES) : null;
  }

  end(): Failure | null {
    if (this.#failure) return this.#failure;
    // Some servers leave out [DONE]; a finish reason or the last usage shows that the answer is whole.
    if (this.wholeMs !== null || this.#hasEnd) return null;
    if (!this.#hasEvents && this.#head.trim() !== '' && !this.#head.includes('data:')) {
      return { type: 'malformed_stream', code: null, message: `the response is no event stream: ${this.#head}` };
    }
    return {
      type: 'stream_interrupted',
      code: null,
      message: `the stream ended after ${this.answer.tokensSoFar} tokens, before its end was announced`,
    };
  }

  #readEvents(text: string): void {
    let from = 0;
    while (this.#isBetweenEvents && from < text.length) {
      let end = this.#repeated.match(text, from);
      if (end !== -1) {
        this.#onText(this.#repeated.text);
      } else {
        const blankLine = text.indexOf('\n\n', from);
        if (blankLine === -1) break;
        end = blankLine + 2;
        this.#parser.feed(text.slice(from, end));
        if (this.#failure) return;
      }
      from = end;
    }
    if (from === text.length) return;
    this.#parser.feed(text.slice(from));
    this.#isBetweenEvents = text.endsWith('\n\n');
  }

  #onText(text: string): void {
    const { answer } = this;
    this.#chunksInRead++;
    this.#addText(text);
    answer.firstAnswerMs ??= this.#timeMs;
  }

  #addText(text: string): void {
    const { answer } = this;
    answer.text += text;
    const { length } = answer.text;
    if (length < this.#joinLength) return;
    // Pieces that are only tied together take ten times their size, for as long as a stream lasts. To look at a character
    // makes V8 copy them into one string; were it not kept, V8 would leave out the look.
    lastLook.character = answer.text.charCodeAt(0);
    this.#joinLength = length + LOOSE_CHARACTERS + length / LOOSE_PART;
  }

  #onEvent(data: string): void {
    if (this.#failure) return;
    this.#hasEvents = true;
    this.#eventBytes = 0;
    if (data === DONE) {
      this.wholeMs = this.#timeMs;
      return;
    }
    let chunk: Loose | undefined;
    try {
      chunk = asObject(JSON.parse(data));
    } catch {
      chunk = undefined;
    }
    if (!chunk) {
      const message = `an event is not a JSON object: ${data}`;
      this.#failure = { type: 'malformed_stream', code: null, message };
      return;
    }
    if (chunk.error != null) {
      const message = readErrorMessage(chunk) ?? data;
      this.#failure = { type: 'stream_interrupted', code: 'error_event', message };
      return;
    }
    const content = this.#content;
    clearContent(content);
    this.#readChunk(chunk, content);
    this.#onContent(content);
    const text = plainText(content);
    if (text !== undefined) this.#repeated.learn(data, text, this.#textOf);
  }

  /** The text of parsed data that says nothing else. */
  readonly #textOf = (value: unknown): string | undefined => {
    const chunk = asObject(value);
    if (!chunk) return undefined;
    const content = emptyContent();
    this.#readChunk(chunk, content);
    return plainText(content);
  };

  #onContent(content: ChunkContent): void {
    const { answer } = this;
    const { usage } = content;
    if (usage) answer.usage = usage;
    if (content.finishReason !== null) answer.finishReason = content.finishReason;
    if (content.showsEnd) this.#hasEnd = true;
    if (content.isLast) this.wholeMs = this.#timeMs;
    if (content.failure) this.#failure = content.failure;
    if (!content.isToken) return;
    this.#chunksInRead++;
    if (usage?.outputTokens != null) this.#usageTokens = usage.outputTokens;
    if (content.toolCalls !== '') answer.toolCalls += content.toolCalls;
    if (content.text === '') return;
    this.#addText(content.text);
    answer.firstAnswerMs ??= this.#timeMs;
  }

  #closeRead(timeMs: number): void {
    const { answer } = this;
    // Usage that begins with the first tokens runs along with them; else it is a total that comes with the last ones.
    if (answer.reads === 0) answer.hasContinuousUsage = this.#usageTokens !== null;
    let tokens = this.#chunksInRead;
    if (answer.hasContinuousUsage && this.#usageTokens !== null) {
      tokens = this.#usageTokens - this.#usageTokensBefore;
      this.#usageTokensBefore = this.#usageTokens;
    }
    answer.reads++;
    answer.tokensSoFar += tokens;
    if (answer.lastTokenMs === null) {
      answer.firstTokenMs = timeMs;
      answer.firstReadTokens = tokens;
    } else if (this.#keepsGaps) {
      answer.gapsMs.push(timeMs - answer.lastTokenMs);
      answer.gapTokens.push(tokens);
    }
    answer.lastTokenMs = timeMs;
  }
}
