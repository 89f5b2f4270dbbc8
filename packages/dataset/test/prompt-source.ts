import { createPromptSource, loadTokenizer, type PromptSource } from '@aibrix/synthesis';

/** A real source with the built-in tokenizer. */
export const testSource = async (): Promise<PromptSource> =>
  createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
