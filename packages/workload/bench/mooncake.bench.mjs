// The whole Mooncake conversation trace as a workload whose prompts consist of its blocks: time and memory of the whole
// process on one core, beside the floor of writing as many bytes; then, in a process of its own, every prompt is encoded
// again by another implementation of the tokenizer, and its blocks are compared with the trace's.
// Runs on built output: node packages/workload/bench/mooncake.bench.mjs
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROWS = 12_031;
const INPUT_TOKENS = 144_793_823;
const BLOCKS = 288_500;
const DISTINCT_BLOCKS = 182_790;
const BLOCK_TOKENS = 512;
const MAX_SECONDS = 90;
const MAX_RSS_MB = 350;
const CHUNK_BYTES = 1 << 18;

const data = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const tracePath = join(data, 'mooncake_conversation_trace.jsonl');

const linesOf = (path) => createInterface({ input: createReadStream(path), crlfDelay: Infinity });

/** Seconds of real time that `work` takes. */
const secondsOf = async (work) => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

const generate = async (path) => {
  const { createPromptSource, loadTokenizer } = await import('@aibrix/synthesis');
  const { mooncake, writeWorkloadFile } = await import('@aibrix/workload');
  let manifest;
  const seconds = await secondsOf(async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    manifest = await writeWorkloadFile(path, mooncake({ tracePath }, { source }));
  });
  return {
    seconds,
    rssMb: process.resourceUsage().maxRSS / 1024,
    bytes: manifest.bytes,
    statistics: manifest.statistics,
  };
};

const floor = async (path, bytes) => {
  const { openOutput } = await import('@aibrix/core/files');
  return secondsOf(async () => {
    const output = await openOutput(path);
    const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
      await output.write(chunk.subarray(0, Math.min(left, CHUNK_BYTES)));
    }
    await output.close();
  });
};

/** Encodes every prompt with gpt-tokenizer, and looks whether equal ids of the trace are equal tokens, and only those. */
const verify = async (path) => {
  const { encode } = await import('gpt-tokenizer/encoding/o200k_base');
  const rows = linesOf(tracePath)[Symbol.asyncIterator]();
  const contentOf = new Map();
  const idOf = new Map();
  const figures = { requests: 0, tokens: 0, wrongLengths: 0, wrongTimes: 0, blocks: 0, wrongBlocks: 0 };
  for await (const line of linesOf(path)) {
    const { timestamp, requests } = JSON.parse(line);
    for (const { prompt, prompt_length, output_length } of requests) {
      const row = JSON.parse((await rows.next()).value);
      const ids = encode(prompt);
      figures.requests++;
      figures.tokens += ids.length;
      if (
        ids.length !== row.input_length ||
        prompt_length !== row.input_length ||
        output_length !== row.output_length
      ) {
        figures.wrongLengths++;
      }
      if (timestamp !== row.timestamp) figures.wrongTimes++;
      for (const [index, id] of row.hash_ids.entries()) {
        const tokens = ids.slice(index * BLOCK_TOKENS, (index + 1) * BLOCK_TOKENS);
        const content = createHash('sha1').update(tokens.join()).digest('latin1');
        figures.blocks++;
        if ((contentOf.get(id) ?? content) !== content || (idOf.get(content) ?? id) !== id) figures.wrongBlocks++;
        contentOf.set(id, content);
        idOf.set(content, id);
      }
    }
  }
  return { ...figures, distinct: idOf.size };
};

const TASKS = { generate, floor, verify };

/** Each task in a process of its own, so that memory is that of the task. */
const inProcess = (task, ...values) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [task, ...values.map(String)]);
    child.once('message', resolve);
    child.once('exit', (code) => code !== 0 && reject(new Error(`${task} ended with exit code ${code}`)));
  });

const main = async () => {
  if (!existsSync(tracePath)) {
    console.log(`skipped: ${tracePath} is missing (see AIBRIX_TEST_DATA)`);
    process.exit(process.env.AIBRIX_REQUIRE_TEST_DATA === '1' ? 1 : 0);
  }
  const target = await mkdtemp(join(tmpdir(), 'aibrix-bench-'));
  try {
    const path = join(target, 'workload.jsonl');
    const { seconds, rssMb, bytes, statistics } = await inProcess('generate', path);
    const floorSeconds = await inProcess('floor', join(target, 'floor.bin'), bytes);
    const megabytes = bytes / 1e6;
    console.log(
      `mooncake: ${statistics.requests} requests, ${statistics.prompt_tokens.total} tokens, ${megabytes.toFixed(0)} MB`,
    );
    console.log(`  ${seconds.toFixed(1)} s with loading the tokenizer (limit ${MAX_SECONDS})`);
    console.log(`  ${rssMb.toFixed(0)} MB resident at most (limit ${MAX_RSS_MB})`);
    console.log(
      `  ${(megabytes / seconds).toFixed(0)} MB/s; floor, writing as many bytes: ${(megabytes / floorSeconds).toFixed(0)} MB/s (ratio ${(seconds / floorSeconds).toFixed(1)})`,
    );
    console.log(`  blocks as the manifest has them: ${JSON.stringify(statistics.trace_blocks)}`);
    for (const { block_tokens, hit_rate } of statistics.ideal_prefix_cache) {
      console.log(`  ideal prefix cache, blocks of ${block_tokens}: ${(hit_rate * 100).toFixed(2)} % of all tokens`);
    }
    const found = await inProcess('verify', path);
    console.log(
      `  encoded again by gpt-tokenizer: ${found.requests} prompts, ${found.tokens} tokens, ${found.wrongLengths} wrong lengths, ${found.wrongTimes} wrong times`,
    );
    console.log(
      `  ${found.blocks} blocks, ${found.distinct} distinct (reuse ${((1 - found.distinct / found.blocks) * 100).toFixed(2)} %), ${found.wrongBlocks} not as in the trace`,
    );
    const isWhole =
      found.requests === ROWS &&
      found.tokens === INPUT_TOKENS &&
      found.blocks === BLOCKS &&
      found.distinct === DISTINCT_BLOCKS &&
      found.wrongLengths + found.wrongTimes + found.wrongBlocks === 0;
    if (!isWhole) console.log('  the workload is not what the trace is');
    if (!isWhole || seconds > MAX_SECONDS || rssMb > MAX_RSS_MB) process.exitCode = 1;
  } finally {
    await rm(target, { recursive: true });
  }
};

const [task, ...values] = process.argv.slice(2);
if (task === undefined) await main();
else process.send(await TASKS[task](...values));
