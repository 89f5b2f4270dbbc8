// The whole Azure conversation trace through the pipeline, ten times as fast: about 350 s at 55 requests/s against the
// simulator without model time. Fails when a request is not answered with exactly the lengths of its row.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
const data = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../shared/data/', import.meta.url));
const trace = join(data, 'AzureLLMInferenceTrace_conv.csv');
if (!existsSync(trace)) {
  console.log(`skipped: no AzureLLMInferenceTrace_conv.csv in ${data} (set AIBRIX_TEST_DATA)`);
  process.exit(process.env.AIBRIX_REQUIRE_TEST_DATA === '1' ? 1 : 0);
}

const folder = mkdtempSync(join(tmpdir(), 'azure-'));
const rows = readFileSync(trace, 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((row) => row.split(',').slice(1).map(Number));
const simulator = spawn(process.execPath, [cli, 'simulate', '--port', '0', '--profile', 'instant', '--quiet'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [endpoint] = await once(createInterface({ input: simulator.stdout }), 'line');
  const overrides = {
    endpoint,
    tokenizer: 'o200k_base',
    workload_type: 'azure',
    'workload_configs.azure.trace_path': trace,
    'workload_configs.azure.length_mode': 'exact',
    duration_ms: null,
    time_scale: 0.1,
    output_token_limit: null,
    workload_file: join(folder, 'workload.jsonl'),
    client_output: folder,
    trace_output: join(folder, 'report'),
  };
  const config = fileURLToPath(new URL('../config/config.yaml', import.meta.url));
  const words = Object.entries(overrides).flatMap(([key, value]) => ['--override', `${key}=${value}`]);
  const benchmark = spawn(process.execPath, [cli, 'benchmark', '--config', config, ...words], { stdio: 'inherit' });
  const [code] = await once(benchmark, 'exit');

  let results = 0;
  let exact = 0;
  for await (const line of createInterface({ input: createReadStream(join(folder, 'output.jsonl')) })) {
    const { request_id, status, prompt_tokens, output_tokens } = JSON.parse(line);
    const [input, output] = rows[request_id];
    results++;
    if (status === 'success' && prompt_tokens === input && output_tokens === output) exact++;
  }
  console.log(`\n${rows.length} rows, ${results} results, ${exact} answered with exactly the lengths of their row`);
  process.exitCode = code === 0 && results === rows.length && exact === rows.length ? 0 : 1;
} finally {
  simulator.kill();
  rmSync(folder, { recursive: true });
}
