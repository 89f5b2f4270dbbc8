import { type Answer, asFilledText, asObject, isFilledText, type Loose, readUsage } from './answer.js';
import type { ChunkContent } from './chunk-format.js';
import { completionsFields, completionsProblem } from './completions-request.js';
import type { Protocol } from './protocol.js';
import { readChoice } from './read-choice.js';

/** Reads a chunk of a streamed completion. */
const readCompletionsChunk = (chunk: Loose, content: ChunkContent): void => {
  const choice = readChoice(chunk, content);
  if (!isFilledText(choice?.text)) return;
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
