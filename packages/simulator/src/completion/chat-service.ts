import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import type { Tokenizer } from '@aibrix/synthesis';
import type { Engine, EngineListener } from '../engine/engine.js';
import { type AnswerLength, chooseAnswerLength } from './answer-length.js';
import { createAnswerWords, type NextWord } from './answer-words.js';
import { badRequest } from './api-error.js';
import type { NamedSequence } from './block-names.js';
import { type ChatAnswer, type ChatUsage, chatCompletionBody, chatStreamFormat } from './chat-format.js';
import { type ChatRequest, parseChatRequest, unknownModel } from './chat-request.js';
import type { PromptTokeniser } from './prompt-tokens.js';
import { countTokens, type Pause, type TextTokens } from './text-encoder.js';

/** Takes the body of an answer as it is made. */
export interface AnswerSink {
  /** More of a streamed answer. */
  write(text: string): void;
  /** The last of a streamed answer, or the whole of another. Called once. */
  end(text: string): void;
}

/** What the engine did with a request, kept up to date. */
interface EngineCourse {
  /** From when the engine had it to when it left the queue for the first time, in seconds; null as long as it waits. */
  queueSeconds: number | null;
  /** When the model had the first token, in epoch milliseconds: the write of it comes after. */
  firstTokenMs: number | null;
  preemptions: number;
}

/** A request that was understood, with the answer it will get. */
export interface PlannedChat {
  readonly stream: boolean;
  /** Tokens so far, kept up to date while the answer is made. */
  readonly usage: Readonly<ChatUsage>;
  readonly course: Readonly<EngineCourse>;
  /** Hands the request to the engine, and its answer to `sink`. Returns what cancels it. */
  start(id: string, sink: AnswerSink): () => void;
}

export interface ChatService {
  /** @throws ApiError when the request is refused */
  plan(json: string): PlannedChat;
  /** The same, with pauses while a long prompt is tokenised. */
  planInTurns(json: string, pause: Pause): Promise<PlannedChat>;
}

export interface ChatServiceOptions {
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
const hashOf = ({ model, messages }: ChatRequest): string => {
  const hash = createHash('sha256').update(model);
  for (const { role, text } of messages) hash.update(`\u0000${role}\u0000${text}`);
  return hash.digest('hex');
};

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
const streamAnswer = (answer: Answer, includeUsage: boolean, sink: AnswerSink): EngineListener => {
  const { usage, course, length, nextWord } = answer;
  const format = chatStreamFormat(answer);
  let unsent = format.opening;
  return {
    ...followCourse(answer),
    onTokens(count, timeMs) {
      course.firstTokenMs ??= timeMs;
      for (let index = 0; index < count; index++) unsent += format.token(nextWord());
      usage.outputTokens += count;
      if (usage.outputTokens === length.tokens) return;
      sink.write(unsent);
      unsent = '';
    },
    onDone() {
      const end = format.closing(length.finishReason) + (includeUsage ? format.usage(usage) : '');
      sink.end(unsent + end + format.done);
    },
  };
};

const wholeAnswer = (answer: Answer, sink: AnswerSink): EngineListener => {
  const { usage, course, length, nextWord } = answer;
  return {
    ...followCourse(answer),
    onTokens(count, timeMs) {
      course.firstTokenMs ??= timeMs;
      usage.outputTokens += count;
    },
    onDone() {
      const text = takeWords(nextWord, length.tokens);
      sink.end(chatCompletionBody(answer, { text, finishReason: length.finishReason, usage }));
    },
  };
};

/** Chat completions over an engine, apart from any transport. */
export const createChatService = (options: ChatServiceOptions): ChatService => {
  const { engine, tokenizer, prompts, nameBlocks, models, seed, now } = options;
  const wordsOf = createAnswerWords(tokenizer);
  const { maxModelLen } = engine.profile;

  const read = (json: string): ChatRequest => {
    const request = parseChatRequest(json);
    if (models && !models.includes(request.model)) throw unknownModel(request.model);
    if (request.messages.every(({ text }) => text === '')) throw badRequest('messages hold no text.', 'messages');
    return request;
  };

  const planAnswer = (request: ChatRequest, prompt: TextTokens): PlannedChat => {
    const promptTokens = countTokens(prompt);
    const random = createRandom(seed, `answer/${hashOf(request)}`);
    const length = chooseAnswerLength(request, { promptTokens, maxModelLen, random: random.fork('length') });
    const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
    const course: EngineCourse = { queueSeconds: null, firstTokenMs: null, preemptions: 0 };
    const words = Array.from({ length: length.tokens }, wordsOf(random.fork('words')));
    const { model, cacheSalt } = request;
    const blockNames = nameBlocks({ model, cacheSalt, prompt, answer: words });
    return {
      stream: request.stream,
      usage,
      course,
      start(id, sink) {
        const submittedMs = now();
        const createdS = Math.floor(submittedMs / 1e3);
        let next = 0;
        const nextWord: NextWord = () => words[next++] as string;
        const answer = { id: `chatcmpl-${id}`, model, createdS, submittedMs, usage, course, length, nextWord };
        const listener = request.stream ? streamAnswer(answer, request.includeUsage, sink) : wholeAnswer(answer, sink);
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
      return planAnswer(request, prompts.tokenise(request.messages));
    },
    async planInTurns(json, pause) {
      const request = read(json);
      return planAnswer(request, await prompts.tokeniseInTurns(request.messages, pause));
    },
  };
};
