import type { Tokenizer } from '@aibrix/synthesis';
import { badRequest } from './api-error.js';

const MAX_ID = 2 ** 32 - 1;

/** Token ids that requests send, and the text they stand for. */
export interface TokenText {
  /** @throws ApiError where an id is none of the vocabulary */
  checkedIds(ids: readonly number[], field: string): Uint32Array;
  text(ids: Uint32Array): string;
}

/** Checks ids with `tokenizer`, each of them once. */
export const createTokenText = (tokenizer: Tokenizer): TokenText => {
  const known = new Set<number>();
  const isKnown = (id: number): boolean => {
    if (known.has(id)) return true;
    if (!Number.isInteger(id) || id < 0 || id > MAX_ID) return false;
    try {
      if (tokenizer.decode(Uint32Array.of(id)) === '') return false;
    } catch {
      return false;
    }
    known.add(id);
    return true;
  };
  return {
    checkedIds(ids, field) {
      for (const id of ids) {
        if (!isKnown(id)) throw badRequest(`Token id ${id} is out of vocabulary.`, field);
      }
      return Uint32Array.from(ids);
    },
    text: (ids) => tokenizer.decode(ids),
  };
};
