import { readFile } from 'node:fs/promises';
import { createRandom } from '@aibrix/core/random';
import type { Synthesis } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { MODELS, type Model, modelFolder } from './models.ts';

/** A vocabulary, and the tokens of a text in it by another implementation than the one that makes prompts. */
interface Vocabulary {
  /** What `loadTokenizer` takes. */
  tokenizer: string;
  countIndependently: (text: string) => number;
}

const BUILT_IN: Record<string, (text: string) => readonly number[]> = {
  o200k_base: encodeO200k,
  cl100k_base: encodeCl100k,
};

export type VocabularyName = 'o200k_base' | 'cl100k_base' | Model;

/** The built-ins, and the models of this package. */
export const VOCABULARIES: readonly VocabularyName[] = ['o200k_base', 'cl100k_base', ...MODELS];

const loadVocabulary = async (name: VocabularyName): Promise<Vocabulary> => {
  const builtIn = BUILT_IN[name];
  if (builtIn) return { tokenizer: name, countIndependently: (text) => builtIn(text).length };
  const folder = modelFolder(name as Model);
  const json = async (file: string): Promise<object> => JSON.parse(await readFile(`${folder}/${file}`, 'utf8'));
  const tokenizer = new HuggingFaceTokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'));
  return {
    tokenizer: folder,
    countIndependently: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
  };
};

export interface CheckedPrompts {
  prompts: number;
  tokens: number;
  bytes: number;
  /** Those with another number of tokens than asked for: [asked for, counted]. */
  wrong: [number, number][];
  synthesis: Synthesis;
}

/**
 * Makes `prompts` prompts of 1 to `maxTokens` tokens, log-uniform: a third alone, a third after one shared block, a third
 * after several cut blocks, and has each counted as a whole.
 */
export const checkPrompts = async (
  name: VocabularyName,
  options: { prompts: number; maxTokens: number; seed: number; content?: 'prose' | 'random-words' },
): Promise<CheckedPrompts> => {
  const { prompts, maxTokens, seed, content } = options;
  const { tokenizer, countIndependently } = await loadVocabulary(name);
  const source = createPromptSource(await loadTokenizer(tokenizer), { seed, content });
  const random = createRandom(seed, 'exact-prompts');
  const checked: CheckedPrompts = { prompts, tokens: 0, bytes: 0, wrong: [], synthesis: source.synthesis };
  for (let number = 0; number < prompts; number++) {
    const tokens = Math.floor((maxTokens + 1) ** random.next());
    const blocks = [0, 1, 5][number % 3] ?? 0;
    const shared = Array.from({ length: blocks }, (_, index) => ({
      block: `${number}/${index}`,
      tokens: Math.floor((tokens * random.next()) / blocks),
    }));
    const text = source.prompt(tokens, random, { shared });
    const counted = countIndependently(text);
    if (counted !== tokens) checked.wrong.push([tokens, counted]);
    checked.tokens += tokens;
    checked.bytes += Buffer.byteLength(text);
  }
  return checked;
};
