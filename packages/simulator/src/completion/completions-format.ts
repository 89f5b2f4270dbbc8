import type { FinishReason } from './answer-length.js';
import { type ChatAnswer, type ChatStreamFormat, type ChatUsage, countsOf, event, usageOf } from './chat-format.js';

/** The events of one streamed completion: text from the first on, without an opening. */
export const completionsStreamFormat = (
  { id, model, createdS }: ChatAnswer,
  { continuousUsage }: { continuousUsage: boolean },
): ChatStreamFormat => {
  const common = JSON.stringify({ id, object: 'text_completion', created: createdS, model }).slice(0, -1);
  const [beforeWord, afterWord] = [
    `data: ${common},"choices":[{"index":0,"text":"`,
    '","logprobs":null,"finish_reason":null,"stop_reason":null}]',
  ];
  const counts = (usage: Readonly<ChatUsage>): string => (continuousUsage ? `,"usage":${countsOf(usage)}` : '');
  return {
    opening: '',
    token: (word, usage) => `${beforeWord}${word}${afterWord}${counts(usage)}}\n\n`,
    closing: (finishReason, usage) => {
      const choice = { index: 0, text: '', logprobs: null, finish_reason: finishReason, stop_reason: null };
      return event(`${common},"choices":[${JSON.stringify(choice)}]${counts(usage)}}`);
    },
    usage: (usage) => event(`${common},"choices":[],"usage":${JSON.stringify(usageOf(usage))}}`),
    done: event('[DONE]'),
  };
};

/** The body of a completion that is not streamed. */
export const completionBody = (
  { id, model, createdS }: ChatAnswer,
  answer: { text: string; finishReason: FinishReason; usage: ChatUsage },
): string =>
  JSON.stringify({
    id,
    object: 'text_completion',
    created: createdS,
    model,
    choices: [{ index: 0, text: answer.text, logprobs: null, finish_reason: answer.finishReason, stop_reason: null }],
    usage: usageOf(answer.usage),
  });
