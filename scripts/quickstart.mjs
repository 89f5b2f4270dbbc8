// Builds what is needed, starts the simulator on a free port, runs the whole pipeline against it, and stops it again.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
const READY_WITHIN_MS = 20_000;

const build = spawnSync(process.execPath, ['scripts/build.mjs', '--js-only'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);

/**
 * Detached, because Ctrl-C reaches the whole group: the benchmark drains and reports, and the simulator must outlive it.
 * Its stdin ends with this process, even when that is killed.
 */
const simulator = spawn(
  process.execPath,
  [
    cli,
    'simulate',
    '--port',
    '0',
    '--model',
    'simulated-8b',
    '--profile',
    'a100-llama-8b',
    '--quiet',
    '--stop-on-stdin-end',
  ],
  { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
);
const stopSimulator = () => {
  if (simulator.exitCode === null) simulator.kill('SIGTERM');
  simulator.stdin.destroy();
};
process.on('exit', stopSimulator);

const firstLine = () =>
  new Promise((resolve, reject) => {
    createInterface({ input: simulator.stdout }).once('line', resolve);
    simulator.once('exit', (code) => reject(new Error(`the simulator ended with exit code ${code}`)));
    setTimeout(() => reject(new Error('the simulator did not start in time')), READY_WITHIN_MS).unref();
  });

const runBenchmark = (endpoint) =>
  new Promise((resolve) => {
    const benchmark = spawn(
      process.execPath,
      [cli, 'benchmark', '--config', 'config/quickstart.yaml', '--override', `endpoint=${endpoint}`],
      { cwd: root, stdio: 'inherit' },
    );
    // The terminal sends Ctrl-C to the benchmark itself; a signal sent to this process alone is passed on.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => benchmark.kill('SIGTERM'));
    benchmark.once('exit', (code) => resolve(code ?? 1));
  });

try {
  const endpoint = await firstLine();
  console.log(`simulator ${endpoint} (stands for a real engine: an 8B model on one GPU)`);
  process.exitCode = await runBenchmark(endpoint);
} catch (error) {
  console.error(`error ${error.message}`);
  process.exitCode = 1;
} finally {
  stopSimulator();
}
