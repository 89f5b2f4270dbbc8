import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';
import type { Tokenizer } from '@aibrix/synthesis';
import type { Engine, EngineListener } from '../engine/engine.js';
import { type AnswerLength, chooseAnswerLength, type FinishReason } from './answer-length.js';
import { createAnswerWords, type NextWord } from './answer-words.js';
import { badRequest } from './api-error.js';
import { type ChatAnswer, type ChatUsage, chatCompletionBody, chatStreamFormat } from './chat-format.js';
import { type ChatRequest, parseChatRequest, unknownModel } from './chat-request.js';
import type { CountPrompt } from './prompt-counter.js';

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
  /** Why the answer will end, if it comes to that; absent for what is no answer of tokens. */
  readonly finishReason?: FinishReason;
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
const hashOf = ({ model, messages }: ChatRequest): string => {
  const hash = createHash('sha256').update(model);
  for (const { role, text } of messages) hash.update(`\u0000${role}\u0000${text}`);
  return hash.digest('hex');
};

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
const streamAnswer = (answer: Answer, includeUsage: boolean, sink: AnswerSink): EngineListener => {
  const { usage, length, nextWord } = answer;
  const format = chatStreamFormat(answer);
  let unsent = format.opening;
  return {
    onAdmitted: ({ cachedTokens }) => {
      usage.cachedTokens = cachedTokens;
    },
    onTokens(count) {
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
      sink.end(chatCompletionBody(answer, { text, finishReason: length.finishReason, usage }));
    },
  };
};

/** Chat completions over an engine, apart from any transport. */
export const createChatService = (options: ChatServiceOptions): ChatService => {
  const { engine, tokenizer, countPrompt, models, seed, now } = options;
  const wordsOf = createAnswerWords(tokenizer);
  const { maxModelLen } = engine.profile;
  return {
    plan(json) {
      const request = parseChatRequest(json);
      if (models && !models.includes(request.model)) throw unknownModel(request.model);
      if (request.messages.every(({ text }) => text === '')) throw badRequest('messages hold no text.', 'messages');
      const promptTokens = countPrompt(request.messages);
      const random = createRandom(seed, `answer/${hashOf(request)}`);
      const length = chooseAnswerLength(request, { promptTokens, maxModelLen, random: random.fork('length') });
      const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
      const nextWord = wordsOf(random.fork('words'));
      return {
        stream: request.stream,
        finishReason: length.finishReason,
        usage,
        start(id, sink) {
          const answer = {
            id: `chatcmpl-${id}`,
            model: request.model,
            createdS: Math.floor(now() / 1e3),
            usage,
            length,
            nextWord,
          };
          const listener = request.stream
            ? streamAnswer(answer, request.includeUsage, sink)
            : wholeAnswer(answer, sink);
          engine.submit({ id, promptTokens, outputTokens: length.tokens }, listener);
          return () => engine.cancel(id);
        },
      };
    },
  };
};
