// Loads every entry point of the built packages, makes datasets and workloads that must have the bytes they always had, and runs a small
// pipeline with the built command line, on whatever Node runs this script: CI does it on the lowest version promised.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
const cli = join(packages, 'cli/dist/bin.js');
const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
console.log(`node ${process.version}`);

for (const name of readdirSync(packages)) {
  const { exports } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
  for (const target of Object.values(exports)) {
    if (typeof target !== 'object') continue;
    const loaded = await import(pathToFileURL(join(packages, name, target.default)).href);
    if (Object.keys(loaded).length === 0) throw new Error(`${name}: ${target.default} exports nothing`);
  }
}

const DATASETS = {
  'synthetic-multiturn':
    '--num-sessions-mean 12 --num-sessions-std 0 --prompt-length-mean 30 --prompt-length-std 20 --shared-prefix-len 16 --output-length-mean 50 --output-length-std 10',
  'synthetic-shared':
    '--prompt-length 60,40 --prompt-length-std 10,0 --shared-proportion 0.7,0.1 --shared-proportion-std 0.1,0 --num-samples-per-prefix 4,5 --num-prefix 2,1 --randomize-order',
};
const WORKLOADS = {
  constant:
    'constant --length-mode exact --target-qps 2 --duration-ms 5000 --target-prompt-len 20 --target-prompt-len-std 8 --target-completion-len 9',
  mooncake: 'mooncake --traffic-file mooncake.jsonl --dequantize',
  stat: 'stat --length-mode exact --traffic-file traffic.txt --prompt-len-file prompt-lengths.txt --completion-len-file output-lengths.txt --duration-ms null',
};

/** Runs a command line that makes a file, and compares it with what it always was. */
const compare = (words, { cwd, output, golden }) => {
  const { status } = spawnSync(process.execPath, [cli, ...words, '--tokenizer', 'o200k_base', '--quiet'], {
    cwd,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`aibrix ${words.join(' ')} ended with exit code ${status}`);
  if (!readFileSync(output).equals(readFileSync(golden))) throw new Error(`${output} has other bytes than ${golden}`);
  console.log(`${words.slice(0, 2).join(' ')} has the same bytes`);
};

for (const [name, flags] of Object.entries(DATASETS)) {
  const output = join(folder, `${name}.jsonl`);
  const golden = join(packages, 'dataset/test/golden', `${name}.jsonl`);
  compare(['dataset', name, ...flags.split(' '), '-o', output], { cwd: folder, output, golden });
}
for (const [name, flags] of Object.entries(WORKLOADS)) {
  const target = join(folder, name);
  const goldens = join(packages, 'workload/test/golden');
  compare(['workload', ...flags.split(' '), '--output-dir', target, '--charts', 'svg,png,pdf,html'], {
    cwd: join(goldens, 'sources'),
    output: join(target, 'workload.jsonl'),
    golden: join(goldens, `${name}.jsonl`),
  });
}

const simulator = spawn(process.execPath, [cli, 'simulate', '--port', '0', '--profile', 'instant', '--quiet'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const endpoint = await new Promise((resolve, reject) => {
    createInterface({ input: simulator.stdout }).once('line', resolve);
    simulator.once('exit', (code) => reject(new Error(`the simulator ended with exit code ${code}`)));
  });
  const overrides = [
    `endpoint=${endpoint}`,
    'duration_ms=2000',
    'dataset_configs.synthetic_multiturn.num_sessions=10',
    ...['dataset_dir', 'client_output', 'trace_output'].map((key) => `${key}=${join(folder, key)}`),
    `workload_file=${join(folder, 'workload.jsonl.zst')}`,
    'max_client_lag_ms=1000',
  ];
  const words = overrides.flatMap((override) => ['--override', override]);
  const config = fileURLToPath(new URL('../config/quickstart.yaml', import.meta.url));
  const { status } = spawnSync(process.execPath, [cli, 'benchmark', '--config', config, ...words], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  simulator.removeAllListeners('exit');
  simulator.kill();
  rmSync(folder, { recursive: true });
}
