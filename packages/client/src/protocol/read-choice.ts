import { asFilledText, asObject, type Loose, readUsage } from './answer.js';
import type { ChunkContent } from './chunk-format.js';

/** Puts usage and finish reason of a chunk with `choices` into `content`; returns its first choice, where there is one. */
export const readChoice = ({ choices, usage: reported }: Loose, content: ChunkContent): Loose | undefined => {
  const choice = Array.isArray(choices) ? asObject(choices[0]) : undefined;
  // Usage without choices comes after all else; in chunks with choices it runs along.
  const usage = readUsage(reported ?? choice?.usage);
  if (usage) {
    content.usage = usage;
    content.showsEnd = choice === undefined;
  }
  const finishReason = asFilledText(choice?.finish_reason);
  if (finishReason !== null) {
    content.finishReason = finishReason;
    content.showsEnd = true;
  }
  return choice;
};
