import type { Tokenizer } from '@aibrix/synthesis';
import type { Engine } from '../engine/engine.js';
import { badRequest } from './api-error.js';
import type { ChatUsage } from './chat-format.js';
import type { ChatService } from './chat-service.js';
import { embeddingVector, vectorBase64, vectorJson } from './embedding-vector.js';
import { type EmbeddingInput, parseEmbeddingsRequest } from './embeddings-request.js';
import { unknownModel } from './request-fields.js';
import type { TokenText } from './token-text.js';

export interface EmbeddingServiceOptions {
  engine: Engine;
  tokenizer: Tokenizer;
  textOf: TokenText;
  /** Names served; without it every name is. */
  models: readonly string[] | undefined;
  seed: number | string;
  /** Time now, in epoch milliseconds. */
  now: () => number;
}

/**
 * Embeddings over an engine: each text takes the time of its prefill, and no step after it. Vectors follow from the seed
 * and the text.
 */
export const createEmbeddingService = (options: EmbeddingServiceOptions): ChatService => {
  const { engine, tokenizer, textOf, models, seed, now } = options;
  const { maxModelLen } = engine.profile;
  const countOf = ({ text, tokenIds }: EmbeddingInput): number => {
    const tokens = tokenIds?.length ?? tokenizer.count(text);
    // The step that ends a prefill makes one token in this model, which has its place too.
    if (tokens < maxModelLen) return tokens;
    throw badRequest(
      `This model's maximum context length is ${maxModelLen} tokens, and the request has ${tokens} to embed. ` +
        'Shorten the input.',
      'input',
    );
  };
  return {
    plan(json) {
      const { model, inputs, encoding, dimensions } = parseEmbeddingsRequest(json, textOf);
      if (models && !models.includes(model)) throw unknownModel(model);
      const counts = inputs.map(countOf);
      const promptTokens = counts.reduce((sum, tokens) => sum + tokens, 0);
      const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
      const itemOf = ({ text }: EmbeddingInput, index: number): string => {
        const vector = embeddingVector(seed, text, dimensions);
        const embedding = encoding === 'float' ? vectorJson(vector) : `"${vectorBase64(vector)}"`;
        return `{"index":${index},"object":"embedding","embedding":${embedding}}`;
      };
      return {
        stream: false,
        usage,
        start(id, sink) {
          let open = inputs.length;
          const finish = (): void => {
            const head = { id: `embd-${id}`, object: 'list', created: Math.floor(now() / 1e3), model };
            const counted = {
              prompt_tokens: promptTokens,
              total_tokens: promptTokens,
              completion_tokens: 0,
              prompt_tokens_details: null,
            };
            sink.end(
              `${JSON.stringify(head).slice(0, -1)},"data":[${inputs.map(itemOf).join(',')}],"usage":${JSON.stringify(counted)}}`,
            );
          };
          const idOf = (index: number): string => (inputs.length === 1 ? id : `${id}-${index}`);
          for (const [index, tokens] of counts.entries()) {
            engine.submit(
              { id: idOf(index), promptTokens: tokens, outputTokens: 1 },
              {
                onAdmitted: ({ cachedTokens }) => {
                  usage.cachedTokens += cachedTokens;
                },
                onTokens: () => {},
                onDone: () => {
                  open--;
                  if (open === 0) finish();
                },
              },
            );
          }
          return () => {
            for (const index of counts.keys()) engine.cancel(idOf(index));
          };
        },
      };
    },
  };
};
