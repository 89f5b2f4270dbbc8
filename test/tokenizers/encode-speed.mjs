/**
 * How fast each model's tokenizer encodes prose of 1,000 to 1,000,000 characters, and single words of 1,000 to 100,000,
 * in MB/s. Where the figure falls with the length, the time is not proportional to it.
 *
 * Run after a build with `node test/tokenizers/encode-speed.mjs`.
 */
import { createRandom } from '@aibrix/core/random';
import { BUILT_IN_TOKENIZERS, createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { MODELS, modelFolder } from './models.ts';

const LENGTHS = [1_000, 10_000, 100_000, 1_000_000];
const ROUND_MS = 400;

const prose = createPromptSource(await loadTokenizer('o200k_base'), { seed: 1 });
const text = prose.text(300_000, createRandom(1, 'speed')).slice(0, LENGTHS.at(-1));
/** Nothing to cut at: the worst that a text can be. */
const word = 'donaudampfschifffahrt'.repeat(100_000 / 20);
const WORD_LENGTHS = [1_000, 10_000, 100_000];

const megabytesPerSecond = (tokenizer, sample) => {
  const begin = performance.now();
  let bytes = 0;
  while (performance.now() - begin < ROUND_MS) {
    tokenizer.count(sample);
    bytes += Buffer.byteLength(sample);
  }
  return bytes / 1000 / (performance.now() - begin);
};

console.log(['model'.padEnd(14), 'load', ...LENGTHS, ...WORD_LENGTHS.map((length) => `word of ${length}`)].join('\t'));
for (const [name, path] of [
  ...BUILT_IN_TOKENIZERS.map((name) => [name, name]),
  ...MODELS.map((model) => [model, modelFolder(model)]),
]) {
  const begin = performance.now();
  const tokenizer = await loadTokenizer(path);
  const load = `${((performance.now() - begin) / 1000).toFixed(2)} s`;
  const rates = LENGTHS.map((length) => megabytesPerSecond(tokenizer, text.slice(0, length)).toFixed(2));
  const words = WORD_LENGTHS.map((length) => megabytesPerSecond(tokenizer, word.slice(0, length)).toFixed(2));
  console.log([name.padEnd(14), load, ...rates, ...words].join('\t'));
}
