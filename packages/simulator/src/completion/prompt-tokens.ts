import { BenchmarkError } from '@aibrix/core/errors';
import type { ChatTemplate, Tokenizer } from '@aibrix/synthesis';
import { badRequest } from './api-error.js';
import type { ChatRequest } from './chat-request.js';
import { createTextEncoder, type Pause, type TextTokens } from './text-encoder.js';

type Messages = ChatRequest['messages'];

/** Makes tokens of the prompt that a request's messages are. */
export interface PromptTokeniser {
  /** @throws ApiError with status 400 for messages that make no prompt */
  tokenise(messages: Messages): TextTokens;
  /** The same, with pauses where a prompt is long. */
  tokeniseInTurns(messages: Messages, pause: Pause): Promise<TextTokens>;
}

/** Each message's text on its own: a template that adds nothing. */
export const textsTokeniser = (tokenizer: Tokenizer): PromptTokeniser => {
  const encoder = createTextEncoder(tokenizer);
  return {
    tokenise: (messages) => messages.flatMap(({ text }) => encoder.encode(text)),
    async tokeniseInTurns(messages, pause) {
      const pieces: Uint32Array[] = [];
      for (const { text } of messages) pieces.push(...(await encoder.encodeInTurns(text, pause)));
      return pieces;
    },
  };
};

/**
 * What a server with a chat template makes of them: the messages rendered, with the header of the answer. Messages that the
 * template refuses get 400.
 */
export const renderedTokeniser = (tokenizer: Tokenizer, template: ChatTemplate): PromptTokeniser => {
  const encoder = createTextEncoder({ encode: tokenizer.encodeWithSpecialTokens });
  const render = (messages: Messages): string => {
    try {
      return template.render(messages.map(({ role, text }) => ({ role, content: text })));
    } catch (error) {
      if (BenchmarkError.is(error)) throw badRequest(`${error.message}.`, 'messages');
      throw error;
    }
  };
  return {
    tokenise: (messages) => encoder.encode(render(messages)),
    tokeniseInTurns: (messages, pause) => encoder.encodeInTurns(render(messages), pause),
  };
};
