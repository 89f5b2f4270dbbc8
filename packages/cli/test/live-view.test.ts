import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ExpositionSample, parseExposition } from '@aibrix/client';
import { type ProgressRecord, progressRecordSchema, runRecordSchema } from '@aibrix/schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { closedPort, startEnginePage } from './engine-page.js';
import { BIN } from './run-cli.js';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

// On a machine with other work the client may be late, which is not what is tested.
const command = (more = ''): string =>
  `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 10000 ${more}`;

const jsonLines = (text: string): ProgressRecord[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => progressRecordSchema.parse(JSON.parse(line)));

describe('in a pseudo terminal', () => {
  const inTerminal = async (env: Record<string, string>, more = ''): Promise<string> => {
    await trial.workload(steady(60, 25));
    const words = [process.execPath, BIN, ...command(more).split(' ').filter(Boolean)];
    const { stdout } = await promisify(execFile)(
      'script',
      ['--quiet', '--return', '--command', `stty cols 70 rows 24; ${words.join(' ')}`, '/dev/null'],
      { cwd: trial.cwd, env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env } },
    );
    return stdout;
  };

  it.runIf(hasScript)('draws the panel in place, and leaves what came of it', async () => {
    const shown = await inTerminal({});
    const frames = shown.split('\u001b[J');
    expect(frames.length).toBeGreaterThan(3);
    expect(shown).toContain('\u001b[9A\u001b[J');
    const panel = frames.find((frame) => frame.includes('per second')) ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    const plain = panel.replace(/\u001b\[[\d;]*m/g, '');
    expect(plain).toMatch(/^client {6}0:0\d\/0:01, 0:0\d left\r?\nrequests {4}\d+\/60 due/);
    expect(plain.split(/\r?\n/).every((line) => line.length <= 69)).toBe(true);
    expect(panel).toContain('\u001b[2m');
    expect(frames.at(-1)).toMatch(/client {4}60 requests: 60 succeeded, 0 failed/);
    expect(frames.at(-1)).not.toContain('per second');
  });

  it.runIf(hasScript)('has no colours with NO_COLOR, and no view with --quiet', async () => {
    const plain = await inTerminal({ NO_COLOR: '1' });
    expect(plain).toContain('per second');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(plain).not.toMatch(/\u001b\[[\d;]*m/);
    expect(await inTerminal({}, '--quiet')).toBe('');
  });
});

describe('--json-progress', () => {
  it('is a line every so many seconds, whole and in order, and one at the end', async () => {
    await trial.workload(steady(60, 25));
    const { code, stderr, stdout } = await trial.aibrix(command('--json-progress 0.2'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const records = jsonLines(stderr);
    expect(records.length).toBeGreaterThan(5);
    const phases = records.map(({ phase }) => phase);
    expect(phases[0]).toBe('preparing');
    expect(phases).toContain('running');
    expect(phases.indexOf('ended')).toBe(records.length - 1);
    const times = records.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(records.at(-1)).toMatchObject({
      offered: 60,
      due: 60,
      sent: 60,
      succeeded: 60,
      failed: 0,
      in_flight: 0,
      planned_seconds: 1.475,
      seconds_left: 0,
      output_tokens: 300,
      ttft: { count: 60 },
      client_lag: { count: 60 },
      verdict: expect.any(String),
      verdict_reason: expect.any(String),
    });
    const running = records.filter(({ phase }) => phase === 'running').at(-1);
    expect(running?.offered_rate).toBeGreaterThan(20);
    expect(running?.offered_rate).toBeLessThan(60);
  });

  it('ends with the error of a run that could not begin', async () => {
    await trial.workload(steady(1, 1));
    const { code, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint http://127.0.0.1:${await closedPort()} --model m --output-file-path o.jsonl --json-progress`,
    );
    expect(code).toBe(1);
    const last = jsonLines(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    ).at(-1);
    expect(last).toMatchObject({ phase: 'ended', error: expect.stringContaining('no server answers') });
  });

  it('refuses what is no length of time', async () => {
    const { code, stderr } = await trial.aibrix(command('--json-progress 0'));
    expect(code).toBe(2);
    expect(stderr).toContain('expected a number above 0');
  });
});

describe('--metrics-port', () => {
  const pageOf = (samples: readonly ExpositionSample[], name: string, labels: object = {}): number | undefined =>
    samples.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;

  it('serves the run for Prometheus on the loopback while it goes on', async () => {
    await trial.workload(steady(80, 25));
    const pages: ExpositionSample[][] = [];
    let contentType: string | null = null;
    let elsewhere = 0;
    const { code, stderr } = await trial.aibrix(command('--metrics-port 0'), {
      onStart: (child) => {
        let told = '';
        child.stderr?.on('data', (text: string) => {
          const isNew = !told.includes('/metrics');
          told += text;
          const url = /metrics {3}(http:\S+\/metrics)/.exec(told)?.[1];
          if (!url || !isNew) return;
          const scrape = setInterval(async () => {
            try {
              const response = await fetch(url);
              contentType = response.headers.get('content-type');
              pages.push(parseExposition(await response.text()));
              elsewhere = (await fetch(url.replace('/metrics', '/'))).status;
            } catch {
              clearInterval(scrape);
            }
          }, 100);
        });
      },
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
    expect([contentType, elsewhere]).toEqual(['text/plain; version=0.0.4; charset=utf-8', 404]);
    expect(pages.length).toBeGreaterThan(5);
    const last = pages.at(-1) ?? [];
    const succeeded = pageOf(last, 'aibrix_client_requests_total', { status: 'success', error_type: '' }) ?? 0;
    expect(succeeded).toBeGreaterThan(40);
    expect(pageOf(last, 'aibrix_client_requests_planned')).toBe(80);
    expect(pageOf(last, 'aibrix_client_ttft_seconds_count')).toBe(succeeded);
    expect(pageOf(last, 'aibrix_client_ttft_seconds_bucket', { le: '+Inf' })).toBe(succeeded);
    expect(last.filter(({ type }) => type === 'unknown')).toEqual([]);
    const counts = pages.map((page) => pageOf(page, 'aibrix_client_requests_sent_total') ?? -1);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('that is taken ends the command before load', async () => {
    await trial.workload(steady(1, 1));
    const { port } = new URL(trial.url);
    const { code, stderr } = await trial.aibrix(command(`--metrics-port ${port}`));
    expect(code).toBe(2);
    expect(stderr).toMatch(/metrics cannot be served on 127\.0\.0\.1:\d+.*\nhint {2}Choose another/);
    expect((await trial.aibrix(command('--metrics-port 65536'))).stderr).toContain('expected a port');
  });
});

describe('--server-metrics', () => {
  beforeEach(() => trial.workload(steady(20, 25)));

  it('records the pages of the server beside the results', async () => {
    await using page = await startEnginePage();
    const { code, stderr } = await trial.aibrix(
      command(`--server-metrics ${page.url} --server-metrics-interval 0.1 --server-metrics-names python_* x`),
    );
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/server {4}\d+ scrapes → o\.server\.jsonl/),
    });
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(trial.cwd, 'o.run.json'), 'utf8')));
    expect(record.server_metrics).toMatchObject({ path: 'o.server.jsonl', failed: 0 });
    const lines = (await readFile(join(trial.cwd, 'o.server.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(record.server_metrics?.scrapes ?? 0);
    expect(lines[0]).toContain('"python_info"');
  });

  it('from a config file too, where a wrong page is a problem of the config', async () => {
    await using page = await startEnginePage();
    const config = (pages: string): string =>
      `workload_file: w.jsonl\nclient_output: out\nendpoint: ${trial.url}\ntarget_model: sim\nserver_metrics: ${pages}\nserver_metrics_interval: 0.1\nmax_client_lag_ms: 10000\n`;
    await trial.write('good.yaml', config(`[${page.url}]`));
    await trial.succeed('benchmark --stage client --config good.yaml');
    expect(await readFile(join(trial.cwd, 'out/output.server.jsonl'), 'utf8')).toContain('vllm:num_requests_running');
    await trial.write('bad.yaml', config('here'));
    const { code, stderr } = await trial.aibrix('benchmark --stage client --config bad.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/bad\.yaml:5.*server_metrics: serverMetrics\.urls: expected auto/);
  });

  it('needs a file of results to stand beside', async () => {
    const { code, stderr } = await trial.aibrix(command('--server-metrics auto').replace('o.jsonl', '-'));
    expect(code).toBe(2);
    expect(stderr).toContain('--server-metrics needs a file of results');
  });
});
