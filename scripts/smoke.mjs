// Loads every entry point of the built packages and runs a small pipeline with the built command line, on whatever Node
// runs this script: CI does it on the lowest version that the packages promise.
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
