import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Token ids of the parts that texts are put together from, each tokenised once, where it stands. */
export interface PartIds {
  /** Appends the ids of `parts`, the parts of a whole text, to `ids`. */
  append(ids: number[], parts: readonly string[]): void;
}

const WORD = 'Please continue';

/**
 * Remembers the ids of every part it has met: the parts of prose and blocks are a few thousand words and phrases. They
 * are the ids of the whole text as far as the tokenizer adds up, which whoever uses them must have tried.
 */
export const createPartIds = (tokenizer: Tokenizer): PartIds => {
  const wordTokens = tokenizer.count(WORD);
  const atStart = new Map<string, Uint32Array>();
  const inMiddle = new Map<string, Uint32Array>();
  const remember = (known: Map<string, Uint32Array>, part: string, find: () => Uint32Array): Uint32Array => {
    const found = known.get(part);
    if (found) return found;
    const ids = find();
    known.set(part, ids);
    return ids;
  };
  return {
    append(ids, parts) {
      for (let index = 0; index < parts.length; index++) {
        const part = parts[index] as string;
        const own =
          index === 0
            ? remember(atStart, part, () => tokenizer.encode(part))
            : remember(inMiddle, part, () => tokenizer.encode(WORD + part).slice(wordTokens));
        for (const id of own) ids.push(id);
      }
    },
  };
};
