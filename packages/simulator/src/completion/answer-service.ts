import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import type { Tokenizer } from '@aibrix/synthesis';
import type { Engine, EngineListener } from '../engine/engine.js';
import type { AnswerApi } from './answer-api.js';
import { type AnswerLength, chooseAnswerLength } from './answer-length.js';
import type { AnswerRequest, Prompt } from './answer-request.js';
import { createAnswerWords, type NextWord } from './answer-words.js';
import { badRequest } from './api-error.js';
import type { NamedSequence } from './block-names.js';
import type { ChatAnswer, ChatUsage } from './chat-format.js';
import type { PromptTokeniser } from './prompt-tokens.js';
import { unknownModel } from './request-fields.js';
import { countTokens, type Pause, type TextTokens } from './text-encoder.js';

/** Takes the body of an answer as it is made. */
export interface AnswerSink {
  /** More of a streamed answer. */
  write(text: string): void;
  /** The last of a streamed answer, or the whole of another. Called once. */
  end(text: string): void;
}

/** What the engine did with a request, kept up to date. */
export interface EngineCourse {
  /** From when the engine had it to when it left the queue for the first time, in seconds; null as long as it waits. */
  queueSeconds: number | null;
  /** When the model had the first token, in epoch milliseconds: the write of it comes after. */
  firstTokenMs: number | null;
  preemptions: number;
}

/** A request that was understood, with the answer it will get. */
export interface PlannedAnswer {
  readonly stream: boolean;
  /** Tokens so far, kept up to date while the answer is made. */
  readonly usage: Readonly<ChatUsage>;
  readonly course: Readonly<EngineCourse>;
  /** Hands the request to the engine, and its answer to `sink`. Returns what cancels it. */
  start(id: string, sink: AnswerSink): () => void;
}

export interface AnswerService {
  /** @throws ApiError when the request is refused */
  plan(json: string): PlannedAnswer;
  /** The same, with pauses while a long prompt is tokenised. */
  planInTurns(json: string, pause: Pause): Promise<PlannedAnswer>;
}

export interface AnswerServiceOptions {
  /** The API in which is asked and answered. */
  api: AnswerApi;
  engine: Engine;
  /** Makes the answers. */
  tokenizer: Tokenizer;
  prompts: PromptTokeniser;
  nameBlocks: (sequence: NamedSequence) => Float64Array;
  /** Names served; without it every name is. */
  models: readonly string[] | undefined;
  seed: number | string;
  /** Time now, in epoch milliseconds. */
  now: () => number;
}

/** Names the random streams of a request after what it asks: the same conversation has the same answer, whenever it comes. */
const hashOf = ({ model, prompt }: AnswerRequest): string => {
  const hash = createHash('sha256').update(model);
  if ('text' in prompt) hash.update(`\u0000${prompt.text}`);
  else for (const { role, text } of prompt.messages) hash.update(`\u0000${role}\u0000${text}`);
  return hash.digest('hex');
};

const isEmpty = (prompt: Prompt): boolean => 'messages' in prompt && prompt.messages.every(({ text }) => text === '');

interface Answer extends ChatAnswer {
  usage: ChatUsage;
  course: EngineCourse;
  submittedMs: number;
  length: AnswerLength;
  nextWord: NextWord;
}

const takeWords = (nextWord: NextWord, count: number): string => {
  let text = '';
  for (let index = 0; index < count; index++) text += nextWord();
  return text;
};

/** Keeps usage and course up to date; what the answer looks like is left to do. */
const followCourse = ({ usage, course, submittedMs }: Answer): Pick<EngineListener, 'onAdmitted' | 'onPreempted'> => ({
  onAdmitted({ timeMs, cachedTokens }) {
    usage.cachedTokens = cachedTokens;
    course.queueSeconds = (timeMs - submittedMs) / 1e3;
  },
  onPreempted() {
    course.preemptions++;
  },
});

/** One event a token, as vLLM sends them; the role comes with the first token, the end with the last, in one write each. */
const streamAnswer = (
  answer: Answer,
  { api, includeUsage, continuousUsage }: { api: AnswerApi; includeUsage: boolean; continuousUsage: boolean },
  sink: AnswerSink,
): EngineListener => {
  const { usage, course, length, nextWord } = answer;
  const format = api.stream(answer, { continuousUsage, usage });
  let unsent = format.opening;
  return {
    ...followCourse(answer),
    onTokens(count, timeMs) {
      course.firstTokenMs ??= timeMs;
      for (let index = 0; index < count; index++) {
        usage.outputTokens++;
        unsent += format.token(nextWord(), usage);
      }
      if (usage.outputTokens === length.tokens) return;
      sink.write(unsent);
      unsent = '';
    },
    onDone() {
      const end = format.closing(length.finishReason, usage) + (includeUsage ? format.usage(usage) : '');
      sink.end(unsent + end + format.done);
    },
  };
};

const wholeAnswer = (answer: Answer, api: AnswerApi, sink: AnswerSink): EngineListener => {
  const { usage, course, length, nextWord } = answer;
  return {
    ...followCourse(answer),
    onTokens(count, timeMs) {
      course.firstTokenMs ??= timeMs;
      usage.outputTokens += count;
    },
    onDone() {
      const text = takeWords(nextWord, length.tokens);
      sink.end(api.body(answer, { text, finishReason: length.finishReason, usage }));
    },
  };
};

/** Answers of one API over an engine, apart from any transport. */
export const createAnswerService = (options: AnswerServiceOptions): AnswerService => {
  const { api, engine, tokenizer, prompts, nameBlocks, models, seed, now } = options;
  const wordsOf = createAnswerWords(tokenizer);
  const { maxModelLen } = engine.profile;

  const read = (json: string): AnswerRequest => {
    const request = api.parse(json);
    if (models && !models.includes(request.model)) throw unknownModel(request.model);
    if (isEmpty(request.prompt)) throw badRequest('messages hold no text.', 'messages');
    return request;
  };

  const planAnswer = (request: AnswerRequest, prompt: TextTokens): PlannedAnswer => {
    const promptTokens = countTokens(prompt);
    const random = createRandom(seed, `answer/${hashOf(request)}`);
    const length = chooseAnswerLength(request, {
      promptTokens,
      maxModelLen,
      random: random.fork('length'),
      fields: api.fields,
    });
    const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
    const course: EngineCourse = { queueSeconds: null, firstTokenMs: null, preemptions: 0 };
    const words = Array.from({ length: length.tokens }, wordsOf(random.fork('words')));
    const { model, cacheSalt } = request;
    const blockNames = nameBlocks({ model, cacheSalt, prompt, answer: words, isChat: 'messages' in request.prompt });
    return {
      stream: request.stream,
      usage,
      course,
      start(id, sink) {
        const submittedMs = now();
        const createdS = Math.floor(submittedMs / 1e3);
        let next = 0;
        const nextWord: NextWord = () => words[next++] as string;
        const answer = { id: `${api.idPrefix}${id}`, model, createdS, submittedMs, usage, course, length, nextWord };
        const listener = request.stream
          ? streamAnswer(answer, { ...request, api }, sink)
          : wholeAnswer(answer, api, sink);
        engine.submit(
          { id, promptTokens, outputTokens: length.tokens, blockNames, finish: length.finishReason },
          listener,
        );
        return () => engine.cancel(id);
      },
    };
  };

  return {
    plan(json) {
      const request = read(json);
      return planAnswer(request, prompts.tokenise(request.prompt));
    },
    async planInTurns(json, pause) {
      const request = read(json);
      return planAnswer(request, await prompts.tokeniseInTurns(request.prompt, pause));
    },
  };
};
