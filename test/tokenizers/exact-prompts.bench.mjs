/**
 * 10,000 prompts of 1 to 32,768 tokens in each vocabulary, every one counted as a whole by another implementation than
 * the one that made it. Run after a build with
 * `node test/tokenizers/exact-prompts.bench.mjs [--prompts n] [--threads n] [vocabulary…]`; minutes a vocabulary.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { checkPrompts, VOCABULARIES } from './exact-prompts.ts';

const MAX_TOKENS = 32_768;
/** Those that must be exact; the rest when named. */
const DEFAULT_VOCABULARIES = ['o200k_base', 'cl100k_base', 'llama3_1', 'qwen3', 'deepseek_v3'];

if (isMainThread) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { prompts: { type: 'string', default: '10000' }, threads: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !VOCABULARIES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`no vocabulary ${unknown.join(', ')}; there are ${VOCABULARIES.join(', ')}`);
  const names = positionals.length > 0 ? positionals : DEFAULT_VOCABULARIES;
  const queue = names.map((name) => ({ name, prompts: Number(values.prompts) }));
  let wrong = 0;
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { name } = job;
      // A thread each: what a vocabulary takes is given back.
      const worker = new Worker(new URL(import.meta.url));
      worker.postMessage(job);
      const checked = await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      await worker.terminate();
      wrong += checked.wrong.length;
      const { method } = checked.synthesis;
      console.log(
        `${name.padEnd(14)} ${checked.wrong.length} wrong of ${checked.prompts.toLocaleString('en')} prompts, ` +
          `${(checked.tokens / 1e6).toFixed(1)} M tokens, ${(checked.bytes / 1e6).toFixed(0)} MB, ${method}`,
      );
      for (const [asked, counted] of checked.wrong.slice(0, 10))
        console.log(`  asked for ${asked}, counted ${counted}`);
    }
  };
  const threads = Number(values.threads ?? Math.min(2, availableParallelism()));
  await Promise.all(Array.from({ length: threads }, work));
  process.exitCode = wrong > 0 ? 1 : 0;
} else {
  parentPort?.once('message', async ({ name, prompts }) => {
    parentPort?.postMessage(await checkPrompts(name, { prompts, maxTokens: MAX_TOKENS, seed: 2 }));
  });
}
