import { BenchmarkError } from '@aibrix/core/errors';
import type { ChatTemplate, Tokenizer } from '@aibrix/synthesis';
import type { Prompt } from './answer-request.js';
import { badRequest } from './api-error.js';
import type { ChatMessage } from './chat-request.js';
import { createTextEncoder, type Pause, type TextTokens } from './text-encoder.js';

/** Makes tokens of prompts. Text of its own is encoded as it stands, and token ids that came with it are taken. */
export interface PromptTokeniser {
  /** @throws ApiError with status 400 for messages that make no prompt */
  tokenise(prompt: Prompt): TextTokens;
  /** The same, with pauses where a prompt is long. */
  tokeniseInTurns(prompt: Prompt, pause: Pause): Promise<TextTokens>;
}

/** Each message's text on its own: a template that adds nothing. */
export const textsTokeniser = (tokenizer: Tokenizer): PromptTokeniser => {
  const encoder = createTextEncoder(tokenizer);
  return {
    tokenise(prompt) {
      if ('messages' in prompt) return prompt.messages.flatMap(({ text }) => encoder.encode(text));
      return prompt.tokenIds ? [prompt.tokenIds] : encoder.encode(prompt.text);
    },
    async tokeniseInTurns(prompt, pause) {
      if ('tokenIds' in prompt && prompt.tokenIds) return [prompt.tokenIds];
      const texts = 'messages' in prompt ? prompt.messages.map(({ text }) => text) : [prompt.text];
      const pieces: Uint32Array[] = [];
      for (const text of texts) pieces.push(...(await encoder.encodeInTurns(text, pause)));
      return pieces;
    },
  };
};

/**
 * What a server with a chat template makes of messages: they are rendered, with the header of the answer. Messages that the
 * template refuses get 400.
 */
export const renderedTokeniser = (tokenizer: Tokenizer, template: ChatTemplate): PromptTokeniser => {
  const encoder = createTextEncoder({ encode: tokenizer.encodeWithSpecialTokens });
  const texts = textsTokeniser(tokenizer);
  const render = (messages: readonly ChatMessage[]): string => {
    try {
      return template.render(messages.map(({ role, text }) => ({ role, content: text })));
    } catch (error) {
      if (BenchmarkError.is(error)) throw badRequest(`${error.message}.`, 'messages');
      throw error;
    }
  };
  return {
    tokenise: (prompt) => ('messages' in prompt ? encoder.encode(render(prompt.messages)) : texts.tokenise(prompt)),
    tokeniseInTurns: (prompt, pause) =>
      'messages' in prompt
        ? encoder.encodeInTurns(render(prompt.messages), pause)
        : texts.tokeniseInTurns(prompt, pause),
  };
};
