// Runs every benchmark, or those named on the command line, one after another: `npx pnpm run bench azure-pipeline`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whole-process benchmarks, each with its floor in the same run. */
const BENCHMARKS = {
  'exact-text': ['packages/synthesis/bench/exact-text.bench.ts'],
  'exact-prompts': ['test/tokenizers/exact-prompts.bench.mjs'],
  multiturn: ['packages/dataset/bench/multiturn.bench.mjs'],
  sharegpt: ['packages/dataset/bench/sharegpt.bench.mjs'],
  'azure-workload': ['packages/workload/bench/azure.bench.mjs'],
  'mooncake-workload': ['packages/workload/bench/mooncake.bench.mjs'],
  'no-text': ['packages/workload/bench/no-text.bench.mjs'],
  'length-matching': ['packages/workload/bench/length-matching.bench.mjs'],
  'client-throughput': ['packages/client/bench/throughput.bench.mjs'],
  'client-timing': ['packages/client/bench/timing.bench.mjs'],
  'client-endurance': ['packages/client/bench/endurance.bench.mjs'],
  'client-workers': ['packages/client/bench/workers.bench.mjs'],
  'server-metrics': ['packages/client/bench/server-metrics.bench.mjs'],
  'simulator-cost': ['packages/simulator/bench/own-cost.bench.mjs'],
  'azure-pipeline': ['bench/azure-pipeline.mjs'],
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  console.error(`no benchmark named ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}
const failed = (named.length > 0 ? named : Object.keys(BENCHMARKS)).filter((name) => {
  console.log(`\n=== ${name}`);
  return spawnSync(process.execPath, BENCHMARKS[name], { cwd: root, stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exit(1);
}
