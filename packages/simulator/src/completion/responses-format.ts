import type { FinishReason } from './answer-length.js';
import type { ChatAnswer, ChatStreamFormat, ChatUsage } from './chat-format.js';

const usageOf = ({ promptTokens, outputTokens, cachedTokens }: Readonly<ChatUsage>): Record<string, unknown> => ({
  input_tokens: promptTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: promptTokens + outputTokens,
});

const textPart = (text: string): Record<string, unknown> => ({ type: 'output_text', annotations: [], text });

/** The one message that a response holds. Its id follows from the response's. */
const messageItem = ({ id }: ChatAnswer, status: string, content: unknown[]): Record<string, unknown> => ({
  id: id.replace(/^resp_/, 'msg_'),
  type: 'message',
  status,
  role: 'assistant',
  content,
});

interface Ending {
  text: string;
  finishReason: FinishReason;
  usage: Readonly<ChatUsage>;
}

/** `incomplete` where the limit of tokens ended the answer, as OpenAI's API has it. */
const statusOf = (finishReason: FinishReason): string => (finishReason === 'length' ? 'incomplete' : 'completed');

const responseObject = (answer: ChatAnswer, ending?: Ending): Record<string, unknown> => {
  const { id, model, createdS } = answer;
  const status = ending ? statusOf(ending.finishReason) : 'in_progress';
  return {
    id,
    object: 'response',
    created_at: createdS,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    model,
    output: ending ? [messageItem(answer, status, [textPart(ending.text)])] : [],
    usage: ending ? usageOf(ending.usage) : null,
  };
};

/** The events of one streamed response: named, and numbered from 0. */
export const responsesStreamFormat = (answer: ChatAnswer): ChatStreamFormat => {
  const itemId = answer.id.replace(/^resp_/, 'msg_');
  const place = { item_id: itemId, output_index: 0, content_index: 0 };
  let number = 0;
  let text = '';
  let ended: FinishReason = 'stop';
  const named = (type: string, fields: Record<string, unknown>): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
  const opening = [
    named('response.created', { response: responseObject(answer) }),
    named('response.in_progress', { response: responseObject(answer) }),
    named('response.output_item.added', { output_index: 0, item: messageItem(answer, 'in_progress', []) }),
    named('response.content_part.added', { ...place, part: textPart('') }),
  ].join('');
  const kind = 'response.output_text.delta';
  const [beforeNumber, beforeWord, afterWord] = [
    `event: ${kind}\ndata: {"type":"${kind}","sequence_number":`,
    `,${JSON.stringify(place).slice(1, -1)},"delta":"`,
    '","logprobs":[]}\n\n',
  ];
  return {
    opening,
    token: (word) => {
      text += word;
      return beforeNumber + number++ + beforeWord + word + afterWord;
    },
    closing: (finishReason) => {
      ended = finishReason;
      const item = messageItem(answer, statusOf(finishReason), [textPart(text)]);
      return (
        named('response.output_text.done', { ...place, text, logprobs: [] }) +
        named('response.content_part.done', { ...place, part: textPart(text) }) +
        named('response.output_item.done', { output_index: 0, item })
      );
    },
    usage: (usage) =>
      named(`response.${statusOf(ended)}`, { response: responseObject(answer, { text, finishReason: ended, usage }) }),
    // This API ends with the event before.
    done: '',
  };
};

/** The body of a response that is not streamed. */
export const responseBody = (
  answer: ChatAnswer,
  ending: { text: string; finishReason: FinishReason; usage: ChatUsage },
): string => JSON.stringify(responseObject(answer, ending));
