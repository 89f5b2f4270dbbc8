import { type AnswerService, createAnswerService } from '../completion/answer-service.js';
import { chatApi } from '../completion/chat-api.js';
import { completionsApi } from '../completion/completions-api.js';
import { createEmbeddingService } from '../completion/embedding-service.js';
import type { PromptReader } from '../completion/prompt-reader.js';
import { responsesApi } from '../completion/responses-api.js';
import { createTokenText } from '../completion/token-text.js';
import type { Engine } from '../engine/engine.js';

export interface AnswerServicesOptions {
  engine: Engine;
  reader: PromptReader;
  /** Names served; without it every name is. */
  models: readonly string[] | undefined;
  seed: number | string;
  /** Time now, in epoch milliseconds. */
  now: () => number;
}

/** What answers, by the path that it is asked at. */
export const createAnswerServices = ({
  reader,
  ...options
}: AnswerServicesOptions): Readonly<Record<string, AnswerService>> => {
  const shared = { ...options, ...reader, textOf: createTokenText(reader.tokenizer) };
  return {
    '/v1/chat/completions': createAnswerService({ ...shared, api: chatApi }),
    '/v1/completions': createAnswerService({ ...shared, api: completionsApi(shared.textOf) }),
    '/v1/responses': createAnswerService({ ...shared, api: responsesApi }),
    '/v1/embeddings': createEmbeddingService(shared),
  };
};
