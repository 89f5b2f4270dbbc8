import type { Engine, EngineListener } from '../engine/engine.js';
import type { AnswerService, EngineCourse, PlannedAnswer } from './answer-service.js';
import { badRequest } from './api-error.js';
import type { NamedSequence } from './block-names.js';
import type { ChatUsage } from './chat-format.js';
import { embeddingVector, vectorBase64, vectorJson } from './embedding-vector.js';
import { type EmbeddingsRequest, parseEmbeddingsRequest } from './embeddings-request.js';
import type { PromptTokeniser } from './prompt-tokens.js';
import { unknownModel } from './request-fields.js';
import { countTokens, type TextTokens } from './text-encoder.js';
import type { TokenText } from './token-text.js';

export interface EmbeddingServiceOptions {
  engine: Engine;
  prompts: PromptTokeniser;
  nameBlocks: (sequence: NamedSequence) => Float64Array;
  textOf: TokenText;
  /** Names served; without it every name is. */
  models: readonly string[] | undefined;
  seed: number | string;
  /** Time now, in epoch milliseconds. */
  now: () => number;
}

/** Of several texts the course is that of the slowest part: the longest wait, and the last to be there. */
const latest = (known: number | null, value: number): number => Math.max(known ?? value, value);

/** The answer's body. */
const bodyOf = (
  request: EmbeddingsRequest,
  answer: { id: string; createdS: number; promptTokens: number; seed: number | string },
): string => {
  const { model, inputs, encoding, dimensions } = request;
  const { id, createdS, promptTokens, seed } = answer;
  const items = inputs.map(({ text }, index) => {
    const vector = embeddingVector(seed, text, dimensions);
    const embedding = encoding === 'float' ? vectorJson(vector) : `"${vectorBase64(vector)}"`;
    return `{"index":${index},"object":"embedding","embedding":${embedding}}`;
  });
  const head = JSON.stringify({ id: `embd-${id}`, object: 'list', created: createdS, model });
  const usage = JSON.stringify({
    prompt_tokens: promptTokens,
    total_tokens: promptTokens,
    completion_tokens: 0,
    prompt_tokens_details: null,
  });
  return `${head.slice(0, -1)},"data":[${items.join(',')}],"usage":${usage}}`;
};

/**
 * Embeddings over an engine: each text takes the time of its prefill, and no step after it. Vectors follow from the seed
 * and the text.
 */
export const createEmbeddingService = (options: EmbeddingServiceOptions): AnswerService => {
  const { engine, prompts, nameBlocks, textOf, models, seed, now } = options;
  const { maxModelLen } = engine.profile;

  const read = (json: string): EmbeddingsRequest => {
    const request = parseEmbeddingsRequest(json, textOf);
    if (models && !models.includes(request.model)) throw unknownModel(request.model);
    return request;
  };

  const check = (tokens: number): void => {
    // The step that ends a prefill makes one token in this model, which has its place too.
    if (tokens < maxModelLen) return;
    throw badRequest(
      `This model's maximum context length is ${maxModelLen} tokens, and the request has ${tokens} to embed. ` +
        'Shorten the input.',
      'input',
    );
  };

  const planEmbeddings = (request: EmbeddingsRequest, inputs: readonly TextTokens[]): PlannedAnswer => {
    const { model, cacheSalt } = request;
    const counts = inputs.map(countTokens);
    for (const tokens of counts) check(tokens);
    const promptTokens = counts.reduce((sum, tokens) => sum + tokens, 0);
    const usage: ChatUsage = { promptTokens, outputTokens: 0, cachedTokens: 0 };
    const course: EngineCourse = { queueSeconds: null, firstTokenMs: null, preemptions: 0 };
    return {
      stream: false,
      usage,
      course,
      start(id, sink) {
        const submittedMs = now();
        let open = inputs.length;
        const listener: EngineListener = {
          onAdmitted({ timeMs, cachedTokens }) {
            usage.cachedTokens += cachedTokens;
            course.queueSeconds = latest(course.queueSeconds, (timeMs - submittedMs) / 1e3);
          },
          onPreempted() {
            course.preemptions++;
          },
          onTokens(_, timeMs) {
            course.firstTokenMs = latest(course.firstTokenMs, timeMs);
          },
          onDone() {
            open--;
            if (open > 0) return;
            sink.end(bodyOf(request, { id, createdS: Math.floor(now() / 1e3), promptTokens, seed }));
          },
        };
        const idOf = (index: number): string => (inputs.length === 1 ? id : `${id}-${index}`);
        for (const [index, prompt] of inputs.entries()) {
          const blockNames = nameBlocks({ model, cacheSalt, prompt, answer: [], isChat: false });
          const tokens = counts[index] as number;
          engine.submit(
            { id: idOf(index), promptTokens: tokens, outputTokens: 1, blockNames, finish: 'stop' },
            listener,
          );
        }
        return () => {
          for (const index of counts.keys()) engine.cancel(idOf(index));
        };
      },
    };
  };

  return {
    plan(json) {
      const request = read(json);
      return planEmbeddings(
        request,
        request.inputs.map((input) => prompts.tokenise(input)),
      );
    },
    async planInTurns(json, pause) {
      const request = read(json);
      const inputs: TextTokens[] = [];
      for (const input of request.inputs) inputs.push(await prompts.tokeniseInTurns(input, pause));
      return planEmbeddings(request, inputs);
    },
  };
};
