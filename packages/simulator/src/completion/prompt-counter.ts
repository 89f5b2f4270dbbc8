import { BenchmarkError } from '@aibrix/core/errors';
import type { ChatTemplate, Tokenizer } from '@aibrix/synthesis';
import { badRequest } from './api-error.js';
import type { ChatMessage } from './chat-request.js';

/** Tokens of the prompt that a request's messages make. */
export type CountPrompt = (messages: readonly ChatMessage[]) => number;

/** Each message's text on its own: a template that adds nothing. */
export const countTexts =
  (tokenizer: Tokenizer): CountPrompt =>
  (messages) =>
    messages.reduce((sum, { text }) => sum + tokenizer.count(text), 0);

/**
 * What a server with a chat template counts: the messages rendered, with the header of the answer. Messages that the
 * template refuses get 400.
 */
export const countRendered =
  (tokenizer: Tokenizer, template: ChatTemplate): CountPrompt =>
  (messages) => {
    let rendered: string;
    try {
      rendered = template.render(messages.map(({ role, text }) => ({ role, content: text })));
    } catch (error) {
      if (BenchmarkError.is(error)) throw badRequest(`${error.message}.`, 'messages');
      throw error;
    }
    return tokenizer.encodeWithSpecialTokens(rendered).length;
  };
