// The whole Azure conversation trace as a workload with prompts of exactly its lengths: time and memory of the whole
// process, beside the floor of writing as many bytes. Runs on built output: node packages/workload/bench/azure.bench.mjs
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOutput } from '@aibrix/core/files';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { azure, writeWorkloadFile } from '@aibrix/workload';

const ROWS = 19_366;
const INPUT_TOKENS = 22_361_870;
const OUTPUT_TOKENS = 4_088_665;
const MAX_SECONDS = 20;
const MAX_RSS_MB = 300;
const CHUNK_BYTES = 1 << 18;

const folder = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const tracePath = join(folder, 'AzureLLMInferenceTrace_conv.csv');
if (!existsSync(tracePath)) {
  console.log(`skipped: ${tracePath} is missing (see AIBRIX_TEST_DATA)`);
  process.exit(process.env.AIBRIX_REQUIRE_TEST_DATA === '1' ? 1 : 0);
}

/** Seconds of real time that `work` takes. */
const secondsOf = async (work) => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

const writeBytes = async (path, bytes) => {
  const output = await openOutput(path);
  const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
  for (let left = bytes; left > 0; left -= CHUNK_BYTES)
    await output.write(chunk.subarray(0, Math.min(left, CHUNK_BYTES)));
  await output.close();
};

const target = await mkdtemp(join(tmpdir(), 'aibrix-bench-'));
try {
  let manifest;
  const seconds = await secondsOf(async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    const workload = azure({ tracePath, lengthMode: 'exact' }, { source });
    manifest = await writeWorkloadFile(join(target, 'workload.jsonl'), workload);
  });
  const rssMb = process.resourceUsage().maxRSS / 1024;
  const floorSeconds = await secondsOf(() => writeBytes(join(target, 'floor.bin'), manifest.bytes));

  const { requests, prompt_tokens, output_tokens } = manifest.statistics;
  const megabytes = manifest.bytes / 1e6;
  console.log(`azure exact: ${requests} requests, ${prompt_tokens.total} prompt tokens, ${megabytes.toFixed(1)} MB`);
  console.log(`  ${seconds.toFixed(2)} s with loading the tokenizer (limit ${MAX_SECONDS})`);
  console.log(`  ${rssMb.toFixed(0)} MB resident at most (limit ${MAX_RSS_MB})`);
  console.log(
    `  ${(megabytes / seconds).toFixed(0)} MB/s, ${(prompt_tokens.total / seconds / 1e6).toFixed(1)} M tokens/s`,
  );
  console.log(
    `  floor, writing as many bytes: ${floorSeconds.toFixed(2)} s (ratio ${(seconds / floorSeconds).toFixed(1)})`,
  );

  const isWhole = requests === ROWS && prompt_tokens.total === INPUT_TOKENS && output_tokens.total === OUTPUT_TOKENS;
  if (!isWhole) console.log('  the workload is not what the trace is: counts differ');
  if (!isWhole || seconds > MAX_SECONDS || rssMb > MAX_RSS_MB) process.exitCode = 1;
} finally {
  await rm(target, { recursive: true });
}
