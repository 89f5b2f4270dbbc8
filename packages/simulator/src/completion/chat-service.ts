import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import type { Tokenizer } from '@aibrix/synthesis';
import type { Engine, EngineListener } from '../engine/engine.js';
import type { AnswerApi } from './answer-api.js';
import { type AnswerLength, chooseAnswerLength } from './answer-length.js';
import type { AnswerRequest, Prompt } from './answer-request.js';
import { createAnswerWords, type NextWord } from './answer-words.js';
import { badRequest } from './api-error.js';
import type { ChatAnswer, ChatUsage } from './chat-format.js';
import type { CountPrompt } from './prompt-counter.js';
import { unknownModel } from './request-fields.js';

/** Takes the body of an answer as it is made. */
export interface AnswerSink {
  /** More of a streamed answer. */
  write(text: string): void;
  /** The last of a streamed answer, or the whole of another. Called once. */
  end(text: string): void;
}

/** A request that was understood, with the answer it will get. */
export interface PlannedChat {
  readonly stream: boolean;
  /** Tokens so far, kept up to date while the answer is made. */
  readonly usage: Readonly<ChatUsage>;
  /** Hands the request to the engine, and its answer to `sink`. Returns what cancels it. */
  start(id: string, sink: AnswerSink): () => void;
}

export interface ChatService {
  /** @throws ApiError when the request is refused */
  plan(json: string): PlannedChat;
}

export interface ChatServiceOptions {
  /** The API in which is asked and answered. */
  api: AnswerApi;
  engine: Engine;
  /** Makes the answers. */
  tokenizer: Tokenizer;
  countPrompt: CountPrompt;
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
  length: AnswerLength;
  nextWord: NextWord;
}

const takeWords = (nextWord: NextWord, count: number): string => {
  let text = '';
  for (let index = 0; index < count; index++) text += nextWord();
  return text;
};

/** One event a token, as vLLM sends them; the role comes with the first token, the end with the last, in one write each. */
const streamAnswer = (
  answer: Answer,
  { api, includeUsage, continuousUsage }: { api: AnswerApi; includeUsage: boolean; continuousUsage: boolean },
  sink: AnswerSink,
): EngineListener => {
  const { usage, length, nextWord } = answer;
  const format = api.stream(answer, { continuousUsage, usage });
  let unsent = format.opening;
  return {
    onAdmitted: ({ cachedTokens }) => {
      usage.cachedTokens = cachedTokens;
    },
    onTokens(count) {
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
  const { usage, length, nextWord } = answer;
  return {
    onAdmitted: ({ cachedTokens }) => {
      usage.cachedTokens = cachedTokens;
    },
    onTokens(count) {
      usage.outputTokens += count;
    },
    onDone() {
      const text = takeWords(nextWord, length.tokens);
      sink.end(api.body(answer, { text, finishReason: length.finishReason, usage }));
    },
  };
};

/** Answers of one API over an engine, apart from any transport. */
export const createChatService = (options: ChatServiceOptions): ChatService => {
  const { api, engine, tokenizer, countPrompt, models, seed, now } = options;
  const wordsOf = createAnswerWords(tokenizer);
  const { maxModelLen } = engine.profile;
  const countOf = (prompt: Prompt): number =>
    'messages' in prompt ? countPrompt(prompt.messages) : (prompt.tokenIds?.length ?? tokenizer.count(prompt.text));
  return {
    plan(json) {
      const request = api.parse(json);
      const { prompt } = request;
      if (models && !models.includes(request.model)) throw unknownModel(request.model);
      if (isEmpty(prompt)) throw badRequest('messages hold no text.', 'messages');
      const promptTokens = countOf(prompt);
      const random = createRandom(seed, `answer/${hashOf(request)}`);
      const length = chooseAnswerLength(request, {
        promptTokens,
        maxModelLen,
        random: random.fork('length'),
        fields: api.fields,
      });
      const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
      const nextWord = wordsOf(random.fork('words'));
      return {
        stream: request.stream,
        usage,
        start(id, sink) {
          const answer = {
            id: `${api.idPrefix}${id}`,
            model: request.model,
            createdS: Math.floor(now() / 1e3),
            usage,
            length,
            nextWord,
          };
          const listener = request.stream
            ? streamAnswer(answer, { ...request, api }, sink)
            : wholeAnswer(answer, api, sink);
          engine.submit({ id, promptTokens, outputTokens: length.tokens }, listener);
          return () => engine.cancel(id);
        },
      };
    },
  };
};
