import { ChainHash, type Tokenizer } from '@aibrix/synthesis';
import { KV_BLOCK_TOKENS } from '../engine/kv-cache.js';
import { countTokens, type TextTokens } from './text-encoder.js';

const HIGH_BITS = 21;

/** The upper 53 bits of the hash: what a number holds exactly. */
const nameOf = ({ high, low }: ChainHash): number => (high >>> (32 - HIGH_BITS)) * 2 ** 32 + low;

/**
 * Names of the full 16-token blocks of a text: equal where all tokens up to the block's end are, and the realm is. Among n
 * different blocks two have one name with a probability of about n² / 2⁵⁴: one in 18,000 for a million.
 */
export const blockNames = (realm: string, tokens: TextTokens): Float64Array => {
  const names = new Float64Array(Math.floor(countTokens(tokens) / KV_BLOCK_TOKENS));
  const chain = new ChainHash();
  chain.update(
    Uint32Array.from(realm, (character) => character.codePointAt(0) as number),
    0,
    realm.length,
  );
  let block = 0;
  let missing = KV_BLOCK_TOKENS;
  for (const ids of tokens) {
    let from = 0;
    while (ids.length - from >= missing) {
      chain.update(ids, from, from + missing);
      from += missing;
      missing = KV_BLOCK_TOKENS;
      names[block++] = nameOf(chain);
    }
    chain.update(ids, from, ids.length);
    missing -= ids.length - from;
  }
  return names;
};

export interface NamedSequence {
  /** Models do not share blocks. */
  model: string;
  /** Requests with different salts share none either. */
  cacheSalt: string | undefined;
  prompt: TextTokens;
  /** One-token words. */
  answer: readonly string[];
  /** Whether the prompt is made of messages, of which the answer becomes one; else the next text follows on it as it is. */
  isChat: boolean;
}

export interface BlockNamerOptions {
  tokenizer: Tokenizer;
  /** Whether an answer loses the space before it when it comes back as history. */
  trimsAnswers: boolean;
}

/** Names the blocks of a prompt and the answer that will follow it, so that the next turn of the conversation finds both. */
export const createBlockNamer = ({
  tokenizer,
  trimsAnswers,
}: BlockNamerOptions): ((sequence: NamedSequence) => Float64Array) => {
  const idsOfWords = new Map<string, Uint32Array>();
  const idsOf = (word: string): Uint32Array => {
    const known = idsOfWords.get(word);
    if (known) return known;
    const ids = tokenizer.encode(word);
    idsOfWords.set(word, ids);
    return ids;
  };
  return ({ model, cacheSalt, prompt, answer, isChat }) => {
    const answerIds: number[] = [];
    for (const word of answer) {
      const isTrimmed = trimsAnswers && isChat && answerIds.length === 0;
      answerIds.push(...idsOf(isTrimmed ? word.trimStart() : word));
    }
    return blockNames(`${cacheSalt ?? ''}\u0000${model}`, [...prompt, Uint32Array.from(answerIds)]);
  };
};
