import type { FinishReason } from './answer-length.js';

/** What the answers of one request have in common. */
export interface ChatAnswer {
  id: string;
  model: string;
  /** When it was made, in whole seconds since the epoch. */
  createdS: number;
}

export interface ChatUsage {
  promptTokens: number;
  outputTokens: number;
  cachedTokens: number;
}

/** Usage as it stands in an answer. */
export const usageOf = ({ promptTokens, outputTokens, cachedTokens }: ChatUsage): Record<string, unknown> => ({
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + outputTokens,
  completion_tokens: outputTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});

/** Usage as it runs along in every chunk: the counts alone. */
export const countsOf = ({ promptTokens, outputTokens }: Readonly<ChatUsage>): string =>
  `{"prompt_tokens":${promptTokens},"total_tokens":${promptTokens + outputTokens},"completion_tokens":${outputTokens}}`;

/** A server-sent event without a name. */
export const event = (data: string): string => `data: ${data}\n\n`;

/** The events of a streamed answer, in the order of these members. */
export interface ChatStreamFormat {
  /** What comes before the first token: of a chat the role, with empty content. */
  opening: string;
  /** One token. `word` is plain letters and spaces: it is put into the JSON as it is. `usage` counts it already. */
  token(word: string, usage: Readonly<ChatUsage>): string;
  closing(finishReason: FinishReason, usage: Readonly<ChatUsage>): string;
  /** For `stream_options.include_usage`: no choices. */
  usage(usage: ChatUsage): string;
  done: string;
}

/** The events of one streamed answer. All that is the same in each is serialised once. */
export const chatStreamFormat = (
  { id, model, createdS }: ChatAnswer,
  { continuousUsage, usage: planned }: { continuousUsage: boolean; usage: Readonly<ChatUsage> },
): ChatStreamFormat => {
  const common = JSON.stringify({ id, object: 'chat.completion.chunk', created: createdS, model }).slice(0, -1);
  const beforeDelta = `${common},"choices":[{"index":0,"delta":`;
  const counts = (usage: Readonly<ChatUsage>): string => (continuousUsage ? `,"usage":${countsOf(usage)}` : '');
  const chunk = (delta: string, finishReason: string, usage: Readonly<ChatUsage>): string =>
    event(`${beforeDelta}${delta},"logprobs":null,"finish_reason":${finishReason}}]${counts(usage)}}`);
  const [beforeWord, afterWord] = [`data: ${beforeDelta}{"content":"`, '"},"logprobs":null,"finish_reason":null}]'];
  const end = '}\n\n';
  return {
    opening: chunk('{"role":"assistant","content":""}', 'null', planned),
    token: (word, usage) => beforeWord + word + afterWord + counts(usage) + end,
    closing: (finishReason, usage) => chunk('{"content":""}', JSON.stringify(finishReason), usage),
    usage: (usage) => event(`${common},"choices":[],"usage":${JSON.stringify(usageOf(usage))}}`),
    done: event('[DONE]'),
  };
};

/** The body of an answer that is not streamed. */
export const chatCompletionBody = (
  { id, model, createdS }: ChatAnswer,
  answer: { text: string; finishReason: FinishReason; usage: ChatUsage },
): string =>
  JSON.stringify({
    id,
    object: 'chat.completion',
    created: createdS,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text },
        logprobs: null,
        finish_reason: answer.finishReason,
      },
    ],
    usage: usageOf(answer.usage),
  });
