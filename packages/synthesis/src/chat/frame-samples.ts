import { createRandom } from '@aibrix/core/random';

const WORDS =
  'the a river table answer quiet seven green network market during between lion penalty morning explain compare Everything Why Please Zurich I you data x 42 2024 it’s don’t naïve'.split(
    ' ',
  );
const ENDS = ['.', '?', '!'];
const LONG_TEXT_WORDS = 400;

/**
 * Texts of the kinds that prompts are made of, to measure a template with: single words, words without an end,
 * sentences with each end mark, and long texts. They begin and end in many different ways, and never in white space.
 */
export const frameSamples = (seed: string, count: number): string[] => {
  const random = createRandom(seed, 'chat-frame');
  const words = (length: number): string => Array.from({ length }, () => random.pick(WORDS)).join(' ');
  const sentence = (length: number): string => words(length) + random.pick(ENDS);
  const kinds: readonly (() => string)[] = [
    () => random.pick(WORDS),
    () => words(2 + random.below(30)),
    () => sentence(1 + random.below(12)),
    () => Array.from({ length: 1 + random.below(8) }, () => sentence(2 + random.below(12))).join(' '),
    () => sentence(LONG_TEXT_WORDS),
  ];
  return Array.from({ length: count }, (_, index) => (kinds[index % kinds.length] as () => string)());
};
