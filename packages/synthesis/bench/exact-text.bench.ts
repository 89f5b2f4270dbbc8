/**
 * How fast text of an exact number of tokens is made, against the floor: append a sentence and tokenise the whole
 * prompt again, until it is long enough, then cut.
 *
 * Run after a build with `node packages/synthesis/bench/exact-text.bench.ts [tokenizer]`.
 */
import { createRandom } from '@aibrix/core/random';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';

const PROMPT_TOKENS = 8192;
const SENTENCE_TOKENS = 12;
const ROUNDS = 5;
const ROUND_MS = 500;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const report = (what: string, value: string): void => console.log(`${what.padEnd(46)} ${value}`);

const start = performance.now();
const tokenizer = await loadTokenizer(process.argv[2] ?? 'o200k_base');
const loaded = performance.now();
report(`load ${tokenizer.name}`, `${(loaded - start).toFixed(0)} ms, ${megabytes(process.memoryUsage.rss())} resident`);
const source = createPromptSource(tokenizer, { seed: 1 });
report(
  `create the source (${source.synthesis.method})`,
  `${(performance.now() - loaded).toFixed(0)} ms, ${megabytes(process.memoryUsage.rss())} resident`,
);

const random = createRandom(1, 'bench');
let writtenBytes = 0;

/** Median over rounds of the tokens a second of `make`, whose result is written out as UTF-8 each time. */
const tokensPerSecond = (tokens: number, make: (index: number) => string): number => {
  const rates = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    let made = 0;
    while (performance.now() - begin < ROUND_MS) writtenBytes += Buffer.from(make(made++)).length;
    return (made * tokens * 1000) / (performance.now() - begin);
  });
  return rates.toSorted((a, b) => a - b)[ROUNDS >> 1] as number;
};

const shown = (rate: number): string => `${Math.round(rate).toLocaleString('en')} tokens/s`;

const exact = tokensPerSecond(PROMPT_TOKENS, () => source.text(PROMPT_TOKENS, random));
report(`texts of ${PROMPT_TOKENS} tokens`, shown(exact));
report('texts of 128 tokens', shown(tokensPerSecond(128, () => source.text(128, random))));
report('blocks of 512 tokens', shown(tokensPerSecond(512, (index) => source.block(`${index}`, 512))));

const floorPrompt = (): string => {
  let prompt = source.text(SENTENCE_TOKENS, random);
  while (tokenizer.count(prompt) < PROMPT_TOKENS) prompt += source.continuation(SENTENCE_TOKENS, random);
  return tokenizer.decode(tokenizer.encode(prompt).subarray(0, PROMPT_TOKENS));
};
const begin = performance.now();
writtenBytes += Buffer.from(floorPrompt()).length;
const floor = (PROMPT_TOKENS * 1000) / (performance.now() - begin);
report(`floor: append and re-tokenise, ${PROMPT_TOKENS} tokens`, shown(floor));
report('ratio', `${(exact / floor).toFixed(0)} : 1`);
report('peak resident', megabytes(process.resourceUsage().maxRSS * 1024));
report('written', megabytes(writtenBytes));
