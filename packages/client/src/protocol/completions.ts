import { type Answer, asFilledText, asObject, isFilledText, type Loose, readUsage } from './answer.js';
import type { ChunkContent } from './chunk-format.js';
import { completionsFields, completionsProblem } from './completions-request.js';
import type { Protocol } from './protocol.js';

/** Reads a chunk of a streamed completion. */
const readCompletionsChunk = ({ choices, usage: reported }: Loose, content: ChunkContent): void => {
  const choice = Array.isArray(choices) ? asObject(choices[0]) : undefined;
  // Usage without choices comes after all else; in chunks with choices it runs along.
  const usage = readUsage(reported);
  if (usage) {
    content.usage = usage;
    content.showsEnd = choice === undefined;
  }
  if (!choice) return;
  const finishReason = asFilledText(choice.finish_reason);
  if (finishReason !== null) {
    content.finishReason = finishReason;
    content.showsEnd = true;
  }
  if (!isFilledText(choice.text)) return;
  content.text = choice.text;
  content.isToken = true;
};

const readCompletion = ({ choices, usage }: Loose, answer: Answer): boolean => {
  const choice = Array.isArray(choices) ? asObject(choices[0]) : undefined;
  if (typeof choice?.text !== 'string') return false;
  answer.text = choice.text;
  answer.finishReason = asFilledText(choice.finish_reason);
  answer.usage = readUsage(usage);
  return true;
};

/** `POST /v1/completions`. */
export const completions: Protocol = {
  path: '/v1/completions',
  isGenerative: true,
  problemOf: completionsProblem,
  fieldsOf: completionsFields,
  readChunk: readCompletionsChunk,
  whole: { name: 'completion', read: readCompletion },
};
