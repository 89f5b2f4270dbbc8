import type { Tokenizer } from '@aibrix/synthesis';
import { createDatasetCache, type DatasetCache } from './cache-figures.js';
import { comparePrefixGroups, type PrefixGroupComparison } from './prefix-groups.js';
import type { RecordParts } from './record-parts.js';

/** Tokens of a prompt, and of its answer where that is recorded. */
interface ExchangeTokens {
  prompt: number;
  answer: number | null;
}

/** What is told by tokens: lengths, and what prompts share. */
export interface TokenFigures {
  /** Tokenises a record's texts once each; gives the tokens of its exchanges. */
  add(parts: RecordParts): ExchangeTokens[];
  readonly cache: DatasetCache;
  readonly groups: PrefixGroupComparison;
  /** Tokens of all system messages. */
  readonly systemTokens: number;
}

/** Tokenises a system message that many sessions share once. */
const rememberingLast = (tokenizer: Tokenizer): ((text: string) => Uint32Array) => {
  let lastText = '';
  let lastIds: Uint32Array = new Uint32Array(0);
  return (text) => {
    if (text !== lastText) {
      lastText = text;
      lastIds = tokenizer.encode(text);
    }
    return lastIds;
  };
};

/** Starts with no record. */
export const createTokenFigures = (tokenizer: Tokenizer, blockTokens: number): TokenFigures => {
  const cache = createDatasetCache(blockTokens);
  const groups = comparePrefixGroups();
  const encodeSystem = rememberingLast(tokenizer);
  let systemTokens = 0;
  return {
    add({ form, system, exchanges, prefixGroup }) {
      const isSession = form === 'session';
      const conversation = cache.open({ isSession });
      const systemIds = system.map(encodeSystem);
      for (const { length } of systemIds) systemTokens += length;
      return exchanges.map(({ prompt, answer }, turn) => {
        const pieces = prompt.map((text) => tokenizer.encode(text));
        const answerIds = answer === null ? null : tokenizer.encode(answer);
        conversation.prompt(isSession && turn === 0 ? [...systemIds, ...pieces] : pieces);
        conversation.answer(answerIds);
        // Only plain prompts state a group, and they are one piece.
        if (prefixGroup !== null && pieces[0]) groups.add(prefixGroup, pieces[0]);
        return { prompt: pieces.reduce((sum, { length }) => sum + length, 0), answer: answerIds?.length ?? null };
      });
    },
    cache,
    groups,
    get systemTokens() {
      return systemTokens;
    },
  };
};
