// How long it takes to choose one of a million prompts by its lengths, besides reading its text, against the floor of
// drawing a prompt's number; with the time and memory of the index. Each mix has its own targets; those of one pool take
// turns in the mixed figures. Runs the sources on a build of the other packages:
// node packages/workload/bench/length-matching.bench.mjs
import { registerHooks } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom, lognormal, normal } from '@aibrix/core/random';

// The index is no export of the package.
registerHooks({
  resolve(specifier, context, next) {
    const isOwn = specifier.startsWith('.') && context.parentURL?.includes('/workload/src/');
    return next(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { chooseByScan } = await import('../src/matching/choose-by-scan.ts');
const { createLengthIndex } = await import('../src/matching/length-index.ts');
const { tolerances } = await import('../src/matching/target-lengths.ts');
const { createPromptTableBuilder } = await import('../src/pool/prompt-table.ts');

const PROMPTS = 1_000_000;
const RECORD_BYTES = 2_000;
const UNKNOWN_SHARE = 0.1;
const CHOICES = 20_000;
const ROUNDS = 5;
const HARD_CHOICES = 2_000;
const SCANS = 5;
const MAX_US = 5;
const MAX_INDEX_SECONDS = 1;
const MAX_BYTES_A_PROMPT = 24;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const usSince = (start) => Number(process.hrtime.bigint() - start) / 1e3;
const medianOf = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const tokens = (draw, least = 1) => Math.max(least, Math.round(draw()));

/** Bytes in typed arrays, garbage left out, which is given back between two tasks. */
const heldBytes = async () => {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await setImmediate();
  }
  return process.memoryUsage().arrayBuffers;
};

/** Apart from what measures it, which would keep the builder in memory. */
const createTable = (next, hasSessions) => {
  const builder = createPromptTableBuilder(hasSessions);
  for (let prompt = 0; prompt < PROMPTS; prompt++) {
    const { promptTokens, outputTokens } = next();
    builder.addRecord(prompt * RECORD_BYTES);
    builder.addPrompt(promptTokens, outputTokens);
  }
  return builder.build();
};

/** A pool of prompts whose lengths `next` draws, and its index. */
const createPool = async (name, next, { hasSessions = false } = {}) => {
  const emptyBytes = await heldBytes();
  const table = createTable(next, hasSessions);
  const poolBytes = (await heldBytes()) - emptyBytes;
  const start = process.hrtime.bigint();
  const index = createLengthIndex(PROMPTS, table);
  const seconds = usSince(start) / 1e6;
  const bytes = ((await heldBytes()) - emptyBytes) / PROMPTS;
  console.log(
    `${name}: index built in ${seconds.toFixed(2)} s (limit ${MAX_INDEX_SECONDS}); ${bytes.toFixed(2)} bytes a prompt, ` +
      `the pool ${(poolBytes / PROMPTS).toFixed(2)} of them (limit ${MAX_BYTES_A_PROMPT})`,
  );
  if (seconds >= MAX_INDEX_SECONDS || bytes > MAX_BYTES_A_PROMPT) process.exitCode = 1;
  return { table, index };
};

const random = createRandom(0, 'length-matching');
const lognormalOf = (stream, median, sigma) => lognormal(random.fork(stream), Math.log(median), sigma);
const uniformOf = (stream, least, most) => {
  const source = random.fork(stream);
  return () => least + source.below(most - least + 1);
};
/** Evenly over orders of magnitude. */
const logUniformOf = (stream, least, most) => {
  const source = random.fork(stream);
  return () => least * (most / least) ** source.next();
};
/** Draws targets of the two lengths; null for one that any length will do for. */
const targetsOf = (promptDraw, outputDraw) => () => ({
  promptTokens: promptDraw && tokens(promptDraw),
  outputTokens: outputDraw && tokens(outputDraw),
});

const wide = (stream) => [lognormalOf(`${stream}/prompt`, 500, 1.2), lognormalOf(`${stream}/output`, 200, 1)];
const [widePrompt, wideOutput] = wide('targets');
const isUnknown = random.fork('unknown');
const lognormalLengths = (outputIsUnknown) => {
  const [promptDraw, outputDraw] = wide('pool');
  return () => ({
    promptTokens: tokens(promptDraw),
    outputTokens: outputIsUnknown() ? null : tokens(outputDraw),
  });
};
const shifted = (stream) => {
  const [promptDraw, outputDraw] = wide(stream);
  return () => ({ promptTokens: 200 + tokens(promptDraw), outputTokens: 50 + tokens(outputDraw) });
};
const fixed = (stream) => {
  const draw = normal(random.fork(stream), 200, 20);
  return () => ({ promptTokens: 1001, outputTokens: tokens(draw) });
};
const ANTI_DIAGONAL = 20_000;
const antiDiagonal = (stream) => {
  const draw = uniformOf(stream, 1, ANTI_DIAGONAL - 1);
  return () => {
    const promptTokens = draw();
    return { promptTokens, outputTokens: ANTI_DIAGONAL - promptTokens };
  };
};

const farPrompt = logUniformOf('far/prompt', 20_000, 500_000);
const farOutput = logUniformOf('far/output', 5_000, 100_000);
const tinyPrompt = uniformOf('tiny/prompt', 1, 99);
const tinyOutput = uniformOf('tiny/output', 1, 24);

const POOLS = [
  {
    name: 'lognormal, a tenth of the output lengths unknown',
    lengths: lognormalLengths(() => isUnknown.next() < UNKNOWN_SHARE),
    mixes: [
      { name: 'both, as the pool', percent: 50, next: targetsOf(widePrompt, wideOutput) },
      { name: 'both, as the pool', percent: 10, next: targetsOf(widePrompt, wideOutput) },
      { name: 'prompt length', percent: 50, next: targetsOf(widePrompt, null) },
      { name: 'prompt length', percent: 10, next: targetsOf(widePrompt, null) },
      { name: 'output length', percent: 50, next: targetsOf(null, wideOutput) },
      { name: 'output length', percent: 10, next: targetsOf(null, wideOutput) },
      { name: 'both in the far tail', percent: 10, next: targetsOf(farPrompt, farOutput) },
      { name: 'prompt length in the far tail', percent: 10, next: targetsOf(farPrompt, null) },
    ],
  },
  {
    name: 'lognormal, all output lengths known',
    lengths: lognormalLengths(() => false),
    mixes: [
      { name: 'both, as the pool', percent: 50, next: targetsOf(widePrompt, wideOutput) },
      { name: 'both, as the pool', percent: 10, next: targetsOf(widePrompt, wideOutput) },
      { name: 'both in the far tail', percent: 10, next: targetsOf(farPrompt, farOutput) },
      { name: 'long prompt, short output', percent: 10, next: targetsOf(farPrompt, tinyOutput) },
      { name: 'short prompt, long output', percent: 10, next: targetsOf(tinyPrompt, farOutput) },
    ],
  },
  {
    name: 'lognormal above 200 and 50 tokens, as sessions of one turn',
    lengths: shifted('shifted'),
    hasSessions: true,
    mixes: [
      { name: 'both, as the other pools', percent: 10, next: targetsOf(widePrompt, wideOutput) },
      { name: 'both too short: the nearest', percent: 10, next: targetsOf(tinyPrompt, tinyOutput) },
      { name: 'prompt too short: the nearest', percent: 10, next: targetsOf(tinyPrompt, wideOutput) },
      { name: 'prompt too short, alone', percent: 10, next: targetsOf(tinyPrompt, null) },
      { name: 'output too short: the nearest', percent: 10, next: targetsOf(widePrompt, tinyOutput) },
    ],
  },
  {
    name: 'prompts of one length',
    lengths: fixed('fixed'),
    mixes: [
      { name: 'both, as the other pools', percent: 50, next: targetsOf(widePrompt, wideOutput) },
      { name: 'both, as the other pools', percent: 10, next: targetsOf(widePrompt, wideOutput) },
    ],
  },
  {
    name: `made to be hard: prompt and output make ${ANTI_DIAGONAL} tokens together`,
    lengths: antiDiagonal('anti-diagonal'),
    isHard: true,
    mixes: [
      {
        name: 'both just too short',
        percent: 10,
        next: targetsOf(uniformOf('hard/prompt', 1, 8000), uniformOf('hard/output', 1, 8000)),
      },
      { name: 'both, as the other pools', percent: 10, next: targetsOf(widePrompt, wideOutput) },
    ],
  },
];

let sink = 0;
/** Microseconds of `CHOICES` choices each: the median of rounds, the first of which warms up. */
const meanUs = (choose) => {
  const means = Array.from({ length: ROUNDS + 1 }, () => {
    const start = process.hrtime.bigint();
    for (let choice = 0; choice < CHOICES; choice++) sink += choose(choice);
    return usSince(start) / CHOICES;
  });
  return medianOf(means.slice(1));
};
/** Microseconds of each of `count` turns, in which each of `choosers` chooses once; in ascending order. */
const timesOf = (choosers, count) => {
  const times = [];
  for (let choice = 0; choice < count; choice++) {
    for (const choose of choosers) {
      const start = process.hrtime.bigint();
      sink += choose(choice).candidate;
      times.push(usSince(start));
    }
  }
  return Float64Array.from(times).sort();
};
const line = (name, us, note) => console.log(`  ${name.padEnd(44)} ${us.toFixed(3).padStart(9)} µs  ${note}`);

const realistic = [];
let floorUs = 0;
for (const { name, lengths, mixes, hasSessions, isHard } of POOLS) {
  const { table, index } = await createPool(name, lengths, { hasSessions });
  if (floorUs === 0) {
    floorUs = meanUs(() => table.promptTokens(random.below(PROMPTS)));
    line('floor: a prompt drawn, its length looked up', floorUs, '');
  }
  for (const mix of mixes) {
    const targets = Array.from({ length: CHOICES }, mix.next);
    const steps = tolerances(mix.percent);
    const choose = (choice) => index.choose({ target: targets[choice], tolerances: steps, random });
    let widened = 0;
    let nearest = 0;
    const us = meanUs((choice) => {
      const { candidate, tolerancePercent } = choose(choice);
      if (tolerancePercent === null) nearest++;
      else if (tolerancePercent > mix.percent) widened++;
      return candidate;
    });
    const share = (count) => `${((count / CHOICES / (ROUNDS + 1)) * 100).toFixed(1)} %`;
    const isMissed = !isHard && us > MAX_US;
    line(
      `${mix.name}, ±${mix.percent} %`,
      us,
      `${(us / floorUs).toFixed(1)} floors; widened ${share(widened)}, nearest ${share(nearest)}${isMissed ? '  MISSED' : ''}`,
    );
    if (isHard) {
      const times = timesOf([choose], HARD_CHOICES);
      line('  the slowest of them', times.at(-1), '');
    }
    if (isMissed) process.exitCode = 1;
    if (!isHard) realistic.push(choose);
  }
  if (lengths === POOLS[0].lengths) {
    const start = process.hrtime.bigint();
    for (let scan = 0; scan < SCANS; scan++) {
      const prompts = Array.from({ length: PROMPTS }).keys();
      sink += chooseByScan(prompts, table, { target: mixes[0].next(), tolerances: tolerances(50), random }).candidate;
    }
    line('for scale: a scan of all prompts', usSince(start) / SCANS, '');
  }
}

// Other pools' lengths push one's own out of the cache.
const sorted = timesOf(realistic, CHOICES);
const at = (share) => sorted[Math.floor(sorted.length * share)];
const median = at(0.5);
console.log(
  `all mixes but the hard in turn: median ${median.toFixed(2)} µs (limit ${MAX_US}), p90 ${at(0.9).toFixed(2)}, p99 ${at(0.99).toFixed(2)}, p99.9 ${at(0.999).toFixed(2)}`,
);
if (median >= MAX_US || !Number.isFinite(sink)) process.exitCode = 1;
