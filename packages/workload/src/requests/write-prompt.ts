import type { Random } from '@aibrix/core/random';
import type { PromptSource, SharedBlock } from '@aibrix/synthesis';
import type { CacheFigures } from '../cache-figures/cache-figures.js';

/** Makes a prompt, and looks it up in the caches where there are any. */
export const writePrompt = (
  source: PromptSource,
  prompt: {
    tokens: number;
    random: Random;
    shared?: readonly SharedBlock[] | undefined;
    cache: CacheFigures | undefined;
  },
): string => {
  const { tokens, random, shared, cache } = prompt;
  if (!cache) return source.prompt(tokens, random, { shared });
  const { text, tokenIds } = source.promptWithTokenIds(tokens, random, { shared });
  cache.add(tokenIds);
  return text;
};
