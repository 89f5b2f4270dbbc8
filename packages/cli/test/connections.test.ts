import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunRecord, runRecordSchema } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

const record = async (file: string): Promise<RunRecord> =>
  runRecordSchema.parse(JSON.parse(await readFile(join(trial.cwd, file), 'utf8')));

describe('connections', () => {
  it('are as the flags and the keys of a config say', async () => {
    await trial.workload(steady(5, 10));
    await trial.succeed(
      `client --workload-path w.jsonl --endpoint ${trial.url}/v1/ --model sim --output-file-path flags.jsonl --max-client-lag-ms 1000 ` +
        '--warm-connections 2 --max-connections 3 --idle-timeout-second 1.5 --accept-encoding gzip,br --insecure --reset-prefix-cache',
    );
    await trial.write(
      'config.yaml',
      `workload_file: w.jsonl
client_output: out
endpoint: ${trial.url}
target_model: sim
max_client_lag_ms: 1000
warm_connections: 2
max_connections: 3
idle_timeout_second: 1.5
accept_encoding: gzip,br
insecure: true
reset_prefix_cache: true
`,
    );
    await trial.succeed('benchmark --stage client --config config.yaml');
    for (const file of ['flags.run.json', 'out/output.run.json']) {
      const { options, connections, prefix_cache_reset: reset, preflight } = await record(file);
      expect(options).toMatchObject({
        warmConnections: 2,
        maxConnections: 3,
        keepAlive: true,
        idleTimeoutMs: 1500,
        http2: false,
        acceptEncoding: 'gzip,br',
        tls: { insecure: true },
        resetPrefixCache: true,
      });
      expect(connections).toMatchObject({ warm_wanted: 2, warm_opened: 2, stale_retries: 0 });
      expect(reset).toEqual({ path: '/reset_prefix_cache', http_status: 200 });
      expect(preflight).toMatchObject({ http_status: 200, output_tokens_asked: 5, findings: [] });
    }
  });

  it('are opened for each request where that is wanted', async () => {
    await trial.workload(steady(4, 10));
    await trial.succeed(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000 --no-keep-alive`,
    );
    expect((await record('o.run.json')).connections).toMatchObject({ warm_wanted: 0, opened: 4 });
  });

  it.each([
    ['--warm-connections some', 'expected a number'],
    ['--max-connections 0', 'maxConnections: expected a whole number from 1'],
    ['--http2 --no-keep-alive', 'with http2 requests share connections'],
    ['--accept-encoding rar', 'acceptEncoding: "rar" is none of'],
    ['--client-cert c.pem', 'are needed together'],
  ])('are refused as %s, with exit code 2', async (flags, message) => {
    await trial.workload(steady(1, 10));
    const { code, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl ${flags}`,
    );
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('with a file for TLS that is not there are a usage error before anything is sent', async () => {
    await trial.workload(steady(1, 10));
    const { code, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --ca-cert none.pem`,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('none.pem cannot be read');
  });
});
