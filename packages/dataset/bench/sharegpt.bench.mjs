// Reading a ShareGPT file of a gigabyte: speed and memory of whole processes, beside the floors of only parsing it and of
// only counting its tokens. Runs on built output:
//   node packages/dataset/bench/sharegpt.bench.mjs [--megabytes 1000] [--counted-megabytes 100] [--rounds 3] [--tokenizer o200k_base]
import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MIN_READING_RATIO = 0.6;
const MIN_COUNTING_RATIO = 0.8;
const MAX_EXTRA_MB = 150;
/** Its speed does not depend on the length of the file: a part is enough. */
const STREAMPARSER_MEGABYTES = 300;

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    'counted-megabytes': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    tokenizer: { type: 'string', default: 'o200k_base' },
    // Of a child process.
    child: { type: 'string' },
    input: { type: 'string' },
    output: { type: 'string' },
  },
});

const ODD_PIECES = [
  '\n```python\nprint("Hello, \\"world\\"")\n```\n',
  'naïve façade — “quoted” ',
  '東京は日本の首都です。',
  'Привет, как дела? ',
  '🚀🎉 ',
  '\tC:\\temp\\new.txt\r\n',
  '<div class="a">&nbsp;</div>\n',
];

/** Texts of spread lengths, made once: a file draws from them again and again. */
const makeTexts = async (random) => {
  const { createPromptSource, loadTokenizer } = await import('@aibrix/synthesis');
  const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 1 });
  const textOf = (meanTokens) => {
    const tokens = Math.min(4000, Math.max(3, Math.round(-Math.log(1 - random.next()) * meanTokens)));
    const text = source.text(tokens, random);
    if (random.next() < 0.8) return text;
    const at = random.below(text.length);
    return `${text.slice(0, at)}${random.pick(ODD_PIECES)}${text.slice(at)}`;
  };
  return {
    questions: Array.from({ length: 4000 }, () => textOf(90)),
    answers: Array.from({ length: 4000 }, () => textOf(280)),
  };
};

/** As Python's `json.dump` with an indent of 2 writes it: what is not ASCII as escapes. */
const asPython = (element) =>
  JSON.stringify(element, undefined, 2)
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('\n', '\n  ');

/** One array; half of the conversations with their unicode as escapes, half as it is. */
const makeFile = async (path, megabytes) => {
  const [{ createRandom }, { openOutput }] = await Promise.all([
    import('@aibrix/core/random'),
    import('@aibrix/core/files'),
  ]);
  const random = createRandom(1, 'sharegpt-bench');
  const { questions, answers } = await makeTexts(random);
  const output = await openOutput(path);
  let bytes = 0;
  for (let index = 0; bytes < megabytes * 1e6; index++) {
    const messages = 2 + random.below(9);
    const element = {
      id: `${random.below(1e9).toString(36)}_${index % 7}`,
      conversations: Array.from({ length: messages }, (_, turn) =>
        turn % 2 === 0
          ? { from: 'human', value: random.pick(questions) }
          : { from: 'gpt', value: random.pick(answers) },
      ),
    };
    const text = random.next() < 0.5 ? asPython(element) : JSON.stringify(element, undefined, 2);
    const chunk = Buffer.from(`${index === 0 ? '[\n  ' : ',\n  '}${text}`);
    bytes += chunk.length;
    await output.write(chunk);
  }
  await output.write(Buffer.from('\n]\n'));
  await output.close();
};

/** Starts the peak of resident memory anew, where the system can; returns what reads it, in MB. */
const watchPeak = () => {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return () => process.resourceUsage().maxRSS / 1024;
  }
};

/** What is measured, each in a process of its own: it prepares, and returns the work. */
const works = {
  async parse({ input }) {
    const { readJsonl } = await import('@aibrix/core/jsonl');
    return async () => {
      let elements = 0;
      for await (const _ of readJsonl(input)) elements++;
      return { elements };
    };
  },
  async streamparser({ input }) {
    const { JSONParser } = await import('@streamparser/json');
    return async () => {
      let elements = 0;
      const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
      parser.onValue = () => {
        elements++;
      };
      parser.onEnd = () => {};
      for await (const chunk of createReadStream(input, { highWaterMark: 1 << 18 })) parser.write(chunk);
      return { elements };
    };
  },
  async iterate({ input }) {
    const { sharegpt } = await import('@aibrix/dataset');
    return async () => {
      let sessions = 0;
      for await (const _ of sharegpt({ path: input })) sessions++;
      return { sessions };
    };
  },
  async write({ input, output }) {
    const { sharegpt, writeDatasetFile } = await import('@aibrix/dataset');
    return async () => ({ sessions: (await writeDatasetFile(output, sharegpt({ path: input }))).records });
  },
  async count({ input, tokenizer: name }) {
    const [{ readJsonl }, { loadTokenizer }] = await Promise.all([
      import('@aibrix/core/jsonl'),
      import('@aibrix/synthesis'),
    ]);
    const tokenizer = await loadTokenizer(name);
    return async () => {
      let tokens = 0;
      let seconds = 0;
      for await (const { conversations } of readJsonl(input)) {
        const start = performance.now();
        for (const { value } of conversations) tokens += tokenizer.count(value);
        seconds += (performance.now() - start) / 1000;
      }
      return { tokens, seconds };
    };
  },
  async countAndWrite({ input, output, tokenizer: name }) {
    const [{ sharegpt, writeDatasetFile }, { loadTokenizer }] = await Promise.all([
      import('@aibrix/dataset'),
      import('@aibrix/synthesis'),
    ]);
    const tokenizer = await loadTokenizer(name);
    return async () => {
      const { statistics } = await writeDatasetFile(output, sharegpt({ path: input }, tokenizer));
      return { tokens: statistics.prompt_tokens.total + statistics.output_tokens.total };
    };
  },
};

if (values.child) {
  const work = await works[values.child](values);
  const baseMb = process.memoryUsage().rss / 2 ** 20;
  const peakMb = watchPeak();
  const start = performance.now();
  const result = await work();
  const seconds = result.seconds ?? (performance.now() - start) / 1000;
  console.log(JSON.stringify({ ...result, seconds, extraMb: peakMb() - baseMb }));
  process.exit();
}

const folder = await mkdtemp(join(tmpdir(), 'aibrix-bench-'));
const medianOf = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Runs works in turn, a few rounds, each in a process of its own; the median speed and the largest memory of each. */
const measure = async (input, names) => {
  const megabytes = (await stat(input)).size / 1e6;
  const rounds = Array.from({ length: Number(values.rounds) }, () =>
    names.map((name) => {
      const output = join(folder, `${name}.jsonl`);
      const parameters = ['--child', name, '--input', input, '--output', output, '--tokenizer', values.tokenizer];
      return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...parameters]));
    }),
  );
  return names.map((name, index) => {
    const runs = rounds.map((round) => round[index]);
    const speed = medianOf(runs.map(({ seconds }) => megabytes / seconds));
    return { ...runs[0], name, megabytes, speed, extraMb: Math.max(...runs.map(({ extraMb }) => extraMb)) };
  });
};

let isMissed = false;
const report = (what, { megabytes, speed, extraMb }) =>
  console.log(
    `${what.padEnd(52)} ${speed.toFixed(1).padStart(7)} MB/s of ${megabytes.toFixed(0)} MB, ${extraMb.toFixed(0)} MB more resident at most`,
  );
const check = (what, isMet) => {
  console.log(`${isMet ? '  ' : '! '}${what}`);
  if (!isMet) isMissed = true;
};
const percent = (ratio) => `${(ratio * 100).toFixed(0)} %`;

try {
  const [whole, counted, part] = ['whole.json', 'counted.json', 'part.json'].map((name) => join(folder, name));
  const megabytes = Number(values.megabytes);
  await makeFile(whole, megabytes);
  await makeFile(counted, Number(values['counted-megabytes']));
  await makeFile(part, Math.min(megabytes, STREAMPARSER_MEGABYTES));

  const [streamparser] = await measure(part, ['streamparser']);
  const [parse, iterate, write] = await measure(whole, ['parse', 'iterate', 'write']);
  report('(a)  floor: parse with readJsonl', parse);
  report('(a2) independent floor: parse with @streamparser/json', streamparser);
  report('(b2) sharegpt, without writing', iterate);
  report('(b)  sharegpt to a file', write);
  check(
    `reading: b2 / a ${percent(iterate.speed / parse.speed)} (at least ${percent(MIN_READING_RATIO)})`,
    iterate.speed >= MIN_READING_RATIO * parse.speed,
  );
  check(
    `from file to file: b / a2 ${percent(write.speed / streamparser.speed)} (at least ${percent(MIN_READING_RATIO)})`,
    write.speed >= MIN_READING_RATIO * streamparser.speed,
  );
  // Writing as much JSON as was read costs more than parsing it did: JSON.stringify alone takes two thirds of (a)'s time.
  check(
    `from file to file: b / a ${percent(write.speed / parse.speed)} (at least ${percent(MIN_READING_RATIO)})`,
    write.speed >= MIN_READING_RATIO * parse.speed,
  );
  check(`at most ${MAX_EXTRA_MB} MB more resident than an empty process`, write.extraMb <= MAX_EXTRA_MB);

  const [count, countAndWrite] = await measure(counted, ['count', 'countAndWrite']);
  report(`(c)  floor: count tokens, ${values.tokenizer}`, count);
  report('(d)  sharegpt with counts to a file', countAndWrite);
  check(
    `d / c ${percent(countAndWrite.speed / count.speed)} (at least ${percent(MIN_COUNTING_RATIO)})`,
    countAndWrite.speed >= MIN_COUNTING_RATIO * count.speed,
  );
  check(`at most ${MAX_EXTRA_MB} MB more resident than the loaded tokenizer`, countAndWrite.extraMb <= MAX_EXTRA_MB);
  check(`the same ${count.tokens} tokens`, count.tokens === countAndWrite.tokens);
  check(`the same ${parse.elements} conversations`, parse.elements === write.sessions);
} finally {
  await rm(folder, { recursive: true });
}
if (isMissed) process.exitCode = 1;
