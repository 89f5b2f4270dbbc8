import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, type Random } from '@aibrix/core/random';
import type { Tokenizer } from '@aibrix/synthesis';

/** Common words that most vocabularies hold as one token with the space before them. */
const CANDIDATES =
  'time year people way day man thing woman life child world school state family student group country problem hand ' +
  'part place case week company system program question work government number night point home water room mother ' +
  'area money story fact month lot right study book eye job word business issue side kind head house service friend ' +
  'father power hour game line end member law car city community name president team minute idea body information ' +
  'back parent face level office door health person art war history party result change morning reason research girl ' +
  'guy moment air teacher force education foot boy age policy music market sense nation plan college interest death ' +
  'course effect class control value table report center data model test light image language process network test';

const FEWEST_WORDS = 32;
const SAMPLE_WORDS = 512;

/** Draws the text of one token: a space and a word. */
export type NextWord = () => string;

/**
 * Words for answers of which each is one token under `tokenizer`, so that an answer has as many tokens as its usage
 * says. Words with the space before them are single tokens whose counts add up; a sample proves it at load.
 *
 * @throws BenchmarkError `tokenizer` when the vocabulary has too few such words, or their counts do not add up
 */
export const createAnswerWords = (tokenizer: Tokenizer): ((random: Random) => NextWord) => {
  const words = [...new Set(CANDIDATES.split(' '))]
    .map((word) => ` ${word}`)
    .filter((word) => tokenizer.count(word) === 1);
  const random = createRandom(0, 'answer-words/sample');
  const sample =
    words.length < FEWEST_WORDS ? '' : Array.from({ length: SAMPLE_WORDS }, () => random.pick(words)).join('');
  if (tokenizer.count(sample) !== SAMPLE_WORDS) {
    throw new BenchmarkError(
      'tokenizer',
      `no answers of an exact number of tokens under the tokenizer ${tokenizer.name}`,
      {
        hint: 'Use one whose vocabulary holds common English words, such as o200k_base.',
      },
    );
  }
  return (source) => () => source.pick(words);
};
