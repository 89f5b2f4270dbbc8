import { BenchmarkError } from '@aibrix/core/errors';
import type { ChatTemplate, Tokenizer } from '@aibrix/synthesis';
import { badRequest } from './api-error.js';
import { readMessages } from './chat-request.js';
import { describe, type JsonObject, parseObject, read, readBoolean, unknownModel } from './request-fields.js';
import type { TokenText } from './token-text.js';

export interface TokenizeServiceOptions {
  tokenizer: Tokenizer;
  /** Renders messages; null: each text on its own, as `prompt_tokens` counts them. */
  template: ChatTemplate | null;
  textOf: TokenText;
  models: readonly string[] | undefined;
  /** Prompt and answer of one request at most, in tokens. */
  maxModelLen: number;
}

/** vLLM's `POST /tokenize` and `POST /detokenize`: body in, body out. */
export interface TokenizeService {
  /** @throws ApiError when the request is refused */
  tokenize(json: string): string;
  /** @throws ApiError when the request is refused */
  detokenize(json: string): string;
}

const readPromptText = ({ prompt }: JsonObject): string => {
  if (typeof prompt === 'string') return prompt;
  throw badRequest(`prompt must be a string, found ${describe(prompt)}.`, 'prompt');
};

/** Tokenises as the simulator counts: a prompt as it stands, and messages as they become a prompt. */
export const createTokenizeService = (options: TokenizeServiceOptions): TokenizeService => {
  const { tokenizer, template, textOf, models, maxModelLen } = options;

  const checkModel = (body: JsonObject): void => {
    const model = read(body, 'model');
    if (model !== undefined && models && !models.includes(String(model))) throw unknownModel(String(model));
  };

  const encodeMessages = (body: JsonObject): Uint32Array => {
    const messages = readMessages(body);
    const addGenerationPrompt = body.add_generation_prompt !== false;
    if (template === null) {
      return Uint32Array.from(messages.flatMap(({ text }) => [...tokenizer.encode(text)]));
    }
    try {
      const chat = messages.map(({ role, text }) => ({ role, content: text }));
      return tokenizer.encodeWithSpecialTokens(template.render(chat, { addGenerationPrompt }));
    } catch (error) {
      if (BenchmarkError.is(error)) throw badRequest(`${error.message}.`, 'messages');
      throw error;
    }
  };

  return {
    tokenize(json) {
      const body = parseObject(json);
      checkModel(body);
      const ids = Array.isArray(body.messages) ? encodeMessages(body) : tokenizer.encode(readPromptText(body));
      const texts = readBoolean(body, 'return_token_strs')
        ? Array.from(ids, (id) => tokenizer.decode(Uint32Array.of(id)))
        : null;
      return JSON.stringify({ count: ids.length, max_model_len: maxModelLen, tokens: [...ids], token_strs: texts });
    },
    detokenize(json) {
      const body = parseObject(json);
      checkModel(body);
      const { tokens } = body;
      if (!Array.isArray(tokens)) throw badRequest(`tokens must be a list, found ${describe(tokens)}.`, 'tokens');
      return JSON.stringify({ prompt: textOf.text(textOf.checkedIds(tokens, 'tokens')) });
    },
  };
};
