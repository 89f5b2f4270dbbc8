import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Token ids of the parts that texts are put together from, each tokenised once, where it stands. */
export interface PartIds {
  /** The ids of `part` at the start of a text. */
  atStart(part: string): Uint32Array;
  /** After another part. */
  inMiddle(part: string): Uint32Array;
}

const WORD = 'Please continue';

/**
 * Remembers the ids of every part it has met: the parts of prose and blocks are a few thousand words and phrases. Together
 * they are the ids of the whole text as far as the tokenizer adds up, which whoever uses them must have tried.
 */
export const createPartIds = (tokenizer: Tokenizer): PartIds => {
  const wordTokens = tokenizer.count(WORD);
  const remembering = (find: (part: string) => Uint32Array): ((part: string) => Uint32Array) => {
    const known = new Map<string, Uint32Array>();
    return (part) => {
      const found = known.get(part);
      if (found) return found;
      const ids = find(part);
      known.set(part, ids);
      return ids;
    };
  };
  return {
    atStart: remembering((part) => tokenizer.encode(part)),
    inMiddle: remembering((part) => tokenizer.encode(WORD + part).slice(wordTokens)),
  };
};
