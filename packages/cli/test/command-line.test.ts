import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema, runRecordSchema } from '@aibrix/schema';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BIN, type CliOptions, type CliResult, runCli } from './run-cli.js';

let simulator: Simulator;
let cwd: string;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, profile: 'instant', models: ['sim'] });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'aibrix-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const aibrix = (words: string, options: Partial<CliOptions> = {}): Promise<CliResult> =>
  runCli(words.split(' ').filter(Boolean), { cwd, ...options });

const results = async (file: string): Promise<RequestResult[]> => {
  const all: RequestResult[] = [];
  for await (const result of readJsonl(join(cwd, file), { schema: requestResultSchema })) all.push(result);
  return all;
};

const workload = async (lines: object[]): Promise<void> => {
  await writeFile(join(cwd, 'w.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

const steady = (requests: number, gapMs: number): object[] =>
  Array.from({ length: requests }, (_, index) => ({
    timestamp: index * gapMs,
    requests: [{ prompt: `Tell me of number ${index}.`, prompt_length: 6, output_length: 5 }],
  }));

describe('the four commands', () => {
  it('join by their files', async () => {
    const steps = [
      'dataset synthetic-shared --tokenizer cl100k_base --prompt-length 300 --prompt-length-std 20 --shared-proportion 0.5 --shared-proportion-std 0.1 --num-samples-per-prefix 10 --num-prefix 3 --randomize-order --seed 7 -o d.jsonl',
      'workload constant --prompt-file d.jsonl --tokenizer cl100k_base --target-qps 20 --duration-ms 2000 --arrivals constant --target-completion-len 8 --output-dir w',
      `client --workload-path w/workload.jsonl --endpoint ${simulator.url}/v1/ --model sim --output-file-path r/output.jsonl --max-client-lag-ms 1000`,
      'analysis --trace r/output.jsonl --output report --goodput-target ttft:5,e2e:9',
    ];
    for (const step of steps) expect(await aibrix(step), step).toMatchObject({ code: 0 });
    const all = await results('r/output.jsonl');
    expect(all).toHaveLength(40);
    expect(all.every((result) => result.status === 'success' && result.output_tokens === 8)).toBe(true);
    expect((await readdir(join(cwd, 'report'))).sort()).toEqual(['report.html', 'report.json', 'report.md']);
    const report = JSON.parse(await readFile(join(cwd, 'report/report.json'), 'utf8'));
    expect(report).toMatchObject({ verdict: 'valid', counts: { offered: 40, succeeded: 40 }, goodput: { good: 40 } });
  });

  it('pipe data through stdout, and tell nothing else there', async () => {
    const { code, stdout, stderr } = await aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 3 --num-sessions-std 0 -o -',
    );
    expect(code).toBe(0);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map((record) => record.session_id)).toEqual([0, 1, 2]);
    expect(stderr).toContain('in 3 sessions');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('pipe a workload in through stdin', async () => {
    await workload(steady(5, 10));
    const text = await readFile(join(cwd, 'w.jsonl'));
    const { code } = await aibrix(
      `client --workload-path - --endpoint ${simulator.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000`,
      { input: text },
    );
    expect(code).toBe(0);
    expect(await results('o.jsonl')).toHaveLength(5);
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(cwd, 'o.run.json'), 'utf8')));
    expect(record.workload).toMatchObject({ path: '<stdin>', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('go on when nobody reads what they tell', async () => {
    await workload(steady(40, 10));
    const { code } = await aibrix(
      `client --workload-path w.jsonl --endpoint ${simulator.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000`,
      { onStart: (child) => child.stderr?.destroy() },
    );
    expect(code).toBe(0);
    expect(await results('o.jsonl')).toHaveLength(40);
  });

  it('keep data on stdout to itself when a summary is asked for too', async () => {
    const { stdout } = await aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 2 --num-sessions-std 0 -o - --json',
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('summarise for machines with --json and stay silent with --quiet', async () => {
    await workload(steady(5, 10));
    const { code, stdout, stderr } = await aibrix(
      `client --workload-path w.jsonl --endpoint ${simulator.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000 --json --quiet`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(runRecordSchema.parse(JSON.parse(stdout)).counts.succeeded).toBe(5);
  });

  it('show progress as plain lines when they are piped', async () => {
    await workload(steady(5, 10));
    const { stderr } = await aibrix(
      `client --workload-path w.jsonl --endpoint ${simulator.url} --model sim --output-file-path o.jsonl`,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    expect(stderr).not.toMatch(/[\u001b\r]/);
    expect(stderr).toContain('5 requests: 5 succeeded, 0 failed → o.jsonl');
  });
});

describe('null on the command line', () => {
  it('is no limit, and the whole trace', async () => {
    await writeFile(
      join(cwd, 't.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,9,200\r\n2023-11-16 19:15:46.6805900,7,3\r\n',
    );
    const made = await aibrix(
      'workload azure --traffic-file t.csv --duration-ms null --length-mode exact --tokenizer cl100k_base --output-dir w',
    );
    expect(made.code).toBe(0);
    const { code } = await aibrix(
      `client --workload-path w/workload.jsonl --endpoint ${simulator.url} --model sim --output-file-path o.jsonl --output-token-limit null --duration-limit null --max-concurrent-sessions null --time-scale 0.0001 --max-client-lag-ms 1000`,
    );
    expect(code).toBe(0);
    expect((await results('o.jsonl')).map((result) => result.output_tokens).sort()).toEqual([200, 3]);
  });
});

describe('exit codes and messages', () => {
  it.each<[string, string, number, RegExp]>([
    ['no command', '', 2, /Usage: aibrix/],
    ['no command behind the separator of pnpm', '--', 2, /Usage: aibrix/],
    ['an unknown command', 'benchmrk', 2, /unknown command 'benchmrk'\n\(Did you mean benchmark\?\)/],
    ['an unknown flag', 'analysis --trace x --output y --fromat md', 2, /Did you mean --format\?/],
    ['a value of the wrong type', 'workload constant --target-qps fast --output-dir o', 2, /expected a number/],
    ['an unknown stage', 'benchmark --stage everything --config c.yaml', 2, /Allowed choices are all, dataset/],
    ['no config', 'benchmark', 2, /--config is needed/],
    ['a missing config', 'benchmark --config none.yaml', 2, /no config file at none\.yaml\nhint/],
    [
      'a kind of workload that is not built',
      'workload mooncake --output-dir o',
      2,
      /aibrix workload mooncake is not part of this version/,
    ],
    ['a command that is not built', 'calibrate', 2, /aibrix calibrate is not part of this version/],
    [
      'a missing workload',
      'client --workload-path none.jsonl --endpoint http://127.0.0.1:9 --model m --output-file-path o.jsonl',
      2,
      /no such file: none\.jsonl/,
    ],
    [
      'a missing prompt file',
      'workload constant --prompt-file none.jsonl --tokenizer cl100k_base --output-dir o',
      2,
      /no such file: none\.jsonl/,
    ],
    [
      'a missing trace',
      'workload azure --traffic-file none.csv --length-mode exact --tokenizer cl100k_base --output-dir o',
      2,
      /none\.csv/,
    ],
    [
      'an option out of range',
      'dataset synthetic-shared --shared-proportion 0.5,1.5 --prompt-length 10,20 --prompt-length-std 1,1 --shared-proportion-std 0,0 --num-samples-per-prefix 1,1 --num-prefix 1,1 -o d.jsonl',
      2,
      /sharedProp: item 2 must lie between 0 and 1/,
    ],
    ['an unknown goodput metric', 'analysis --trace x --output y --goodput-target ttfs:1', 2, /Did you mean ttft\?/],
    ['an unknown format', 'analysis --trace x --output y --format htm', 2, /Did you mean html\?/],
    [
      'a text longer than any string',
      'dataset synthetic-multiturn --tokenizer cl100k_base --shared-prefix-len 100000000000 -o d.jsonl',
      2,
      /a text cannot have 100000000000 tokens/,
    ],
    [
      'a number of prefixes beyond memory',
      'dataset synthetic-shared --tokenizer cl100k_base --num-prefix 1e12,1,1 -o d.jsonl',
      2,
      /numPrefix: item 1 must be at most/,
    ],
    ['no report format', 'analysis --trace x --output y --format ,', 2, /no report format is named/],
    [
      'an override that is none',
      'benchmark --config c.yaml --override api_key:sk-secret',
      2,
      /^error --override api_key: expected key\.path=value/,
    ],
    [
      'an override of what every object has',
      'benchmark --config c.yaml --override __proto__.x=1',
      2,
      /expected key\.path=value/,
    ],
    [
      'an unknown tokenizer',
      'dataset synthetic-multiturn --tokenizer o200k -o d.jsonl',
      1,
      /there is no tokenizer o200k\nhint {2}Did you mean o200k_base\?/,
    ],
  ])('%s', async (_, words, code, message) => {
    const result = await aibrix(words);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/ {4}at /);
    expect(result.code).toBe(code);
    expect(await readdir(cwd)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['an empty dataset', 'd.jsonl', ''],
    ['a malformed line of a dataset', 'd.jsonl', '{"prompt":"a","token_count":1}\n{"prompt":\n'],
  ])('%s leaves nothing under the final name', async (_, file, text) => {
    await writeFile(join(cwd, file), text);
    const { code, stderr } = await aibrix(
      'workload constant --prompt-file d.jsonl --tokenizer cl100k_base --output-dir o',
    );
    expect(code).toBe(1);
    expect(stderr).toContain(text === '' ? 'd.jsonl' : 'd.jsonl:2: not valid JSON');
    expect(existsSync(join(cwd, 'o/workload.jsonl'))).toBe(false);
  });

  it('a bad row of a trace names file, line and value, and leaves nothing', async () => {
    await writeFile(
      join(cwd, 't.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:47.0,many,1\r\n',
    );
    const { code, stderr } = await aibrix(
      'workload azure --traffic-file t.csv --length-mode exact --tokenizer cl100k_base --output-dir o',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/t\.csv:3: .*many/);
    expect(existsSync(join(cwd, 'o')) ? await readdir(join(cwd, 'o')) : []).toEqual([]);
  });

  it('an endpoint that is down, and one that answers 401, end the run before load with exit 1', async () => {
    await workload(steady(1, 1));
    const words = (endpoint: string): string =>
      `client --workload-path w.jsonl --endpoint ${endpoint} --model m --output-file-path o.jsonl`;
    const server = createServer((_, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refused = await aibrix(words(url), { env: { API_KEY: 'sk-secret-key' } });
    server.closeAllConnections();
    server.close();
    const down = await aibrix(words(url));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('refuses access (HTTP 401)') });
    expect(refused.stderr + refused.stdout).not.toContain('sk-secret-key');
    expect(down).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`no server answers at ${url} (ECONNREFUSED)`),
    });
    expect(await readdir(cwd)).toEqual(['w.jsonl']);
  });

  it('a run in which nothing succeeds exits 1, and says why', async () => {
    await workload(steady(3, 1));
    const { code, stderr } = await aibrix(
      `client --workload-path w.jsonl --endpoint ${simulator.url} --model other --output-file-path o.jsonl --max-client-lag-ms 1000`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('the server does not list the model "other"');
    const analysed = await aibrix('analysis --trace o.jsonl --output report');
    expect(analysed.code).toBe(1);
    expect(analysed.stdout).toContain(
      '3 of 3 requests failed, most as http_4xx'.replaceAll(' requests', '\u00a0requests'),
    );
  });

  it('what is read is never written over itself', async () => {
    await workload(steady(3, 1));
    const before = await readFile(join(cwd, 'w.jsonl'), 'utf8');
    const { code, stderr } = await aibrix(
      `client --workload-path w.jsonl --endpoint ${simulator.url} --model sim --output-file-path ./w.jsonl`,
    );
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is the input itself') });
    expect(await readFile(join(cwd, 'w.jsonl'), 'utf8')).toBe(before);
  });

  it('text from outside cannot take the terminal over', async () => {
    await writeFile(
      join(cwd, 't.csv'),
      `TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,\u001b[2J${'9'.repeat(5000)},1\n`,
    );
    const { stderr } = await aibrix(
      'workload azure --traffic-file t.csv --length-mode exact --tokenizer cl100k_base --output-dir o',
    );
    expect(stderr).not.toContain('\u001b');
    expect(stderr.length).toBeLessThan(1500);
  });

  it('a run that is not valid exits 4, with its report written', async () => {
    await workload(steady(60, 5));
    await writeFile(
      join(cwd, 'c.yaml'),
      `endpoint: ${simulator.url}\ntarget_model: sim\nworkload_file: w.jsonl\nclient_output: .\ntrace_output: report\nmax_client_lag_ms: 0.000001\n`,
    );
    expect(await aibrix('benchmark --stage client --config c.yaml')).toMatchObject({ code: 4 });
    const analysed = await aibrix('benchmark --stage analysis --config c.yaml');
    expect(analysed.code).toBe(4);
    expect(analysed.stdout).toMatch(/Verdict +client-bound/);
  });

  it('every problem of a config at once, before anything is written', async () => {
    await writeFile(join(cwd, 'c.yaml'), 'tokenizr: x\nduration_ms: long\n');
    const { code, stderr } = await aibrix('benchmark --config c.yaml --override time_scale=-1');
    expect(code).toBe(2);
    expect(stderr).toContain('c.yaml:1: tokenizr: unknown key (did you mean tokenizer?)');
    expect(stderr).toContain('c.yaml:2: duration_ms: ');
    expect(stderr).toContain('time_scale: ');
    expect(await readdir(cwd)).toEqual(['c.yaml']);
  });

  it('tell no secret: not in errors of the config, not in its list of keys, not in a summary', async () => {
    await workload(steady(1, 1));
    const config = `endpoint: ${simulator.url}\ntarget_model: sim\nworkload_file: w.jsonl\nclient_output: .\napi_key: $KEY\n`;
    await writeFile(join(cwd, 'good.yaml'), config);
    await writeFile(join(cwd, 'wrong.yaml'), `${config}endpont: x\n`);
    await writeFile(join(cwd, 'broken.yaml'), `${config}  x: [\n`);
    await writeFile(join(cwd, 'mistyped.yaml'), config.replace('api_key', 'apikey'));
    for (const key of ['sk-secret-key', '123456789', '*sk-secret', '@sk-secret']) {
      for (const words of [
        'benchmark --stage client --config good.yaml --json --override max_client_lag_ms=1000',
        'benchmark --config wrong.yaml',
        'benchmark --config broken.yaml',
        'benchmark --config mistyped.yaml --override help',
        'benchmark --config good.yaml --override help',
      ]) {
        const { stdout, stderr } = await aibrix(words, { env: { KEY: key } });
        expect(stdout + stderr, words).not.toContain(key);
      }
    }
    for (const file of ['output.jsonl', 'output.run.json']) {
      expect(await readFile(join(cwd, file), 'utf8')).not.toContain('sk-secret-key');
    }
  });

  it.each(['prompt_type=sharegpt', 'workload_type=mooncake', 'workload_type=stat'])(
    '%s is known and not built',
    async (override) => {
      await writeFile(join(cwd, 'c.yaml'), 'tokenizer: cl100k_base\n');
      const { code, stderr } = await aibrix(`benchmark --config c.yaml --override ${override}`);
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is not part of this version'),
      });
      expect(await readdir(cwd)).toEqual(['c.yaml']);
    },
  );

  it('--override help lists every key', async () => {
    const { code, stdout } = await aibrix('benchmark --override help');
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(70);
    expect(stdout).toContain('workload_configs.constant.target_qps=1 ');
  });
});

describe('simulate', () => {
  const started = async (words: string[], stdin: 'ignore' | 'pipe'): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(
      process.execPath,
      [BIN, 'simulate', '--port', '0', '--profile', 'instant', '--quiet', ...words],
      {
        cwd,
        stdio: [stdin, 'pipe', 'inherit'],
      },
    );
    const [url] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
    return { child, url };
  };

  it.each<[string, string[], 'ignore' | 'pipe', (child: ChildProcess) => void]>([
    ['SIGINT', [], 'ignore', (child) => child.kill('SIGINT')],
    ['SIGTERM', [], 'ignore', (child) => child.kill('SIGTERM')],
    ['the end of its starter', ['--stop-on-stdin-end'], 'pipe', (child) => child.stdin?.end()],
    ['SIGTERM while its starter lives', ['--stop-on-stdin-end'], 'pipe', (child) => child.kill('SIGTERM')],
  ])('serves until %s, with its URL as the first line', async (_, words, stdin, stop) => {
    const { child, url } = await started(words, stdin);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    stop(child);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});

describe('Ctrl-C', () => {
  const interrupted = async (signals: NodeJS.Signals[]): Promise<CliResult> => {
    await workload(steady(2000, 20));
    return aibrix(`client --workload-path w.jsonl --endpoint ${simulator.url} --model sim --output-file-path o.jsonl`, {
      onStart: (child) => {
        const waitForResults = setInterval(async () => {
          const text = await readFile(join(cwd, 'o.jsonl'), 'utf8').catch(() => '');
          if (text.split('\n').length < 20) return;
          clearInterval(waitForResults);
          for (const signal of signals) {
            child.kill(signal);
            await new Promise((resolve) => setTimeout(resolve, 600));
          }
        }, 50);
      },
    });
  };

  it.each<[string, NodeJS.Signals[]]>([
    ['once', ['SIGINT']],
    ['twice', ['SIGINT', 'SIGINT']],
    ['as SIGTERM', ['SIGTERM']],
  ])('%s: one result line a request, exit 130', async (_, signals) => {
    const { code, stderr } = await interrupted(signals);
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    const all = await results('o.jsonl');
    expect(all).toHaveLength(2000);
    expect(new Set(all.map((result) => result.request_id)).size).toBe(2000);
    const unsent = all.filter((result) => result.start_time === null);
    expect(unsent.every((result) => result.error_type === 'cancelled')).toBe(true);
    expect(all.length - unsent.length).toBeGreaterThan(15);
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(cwd, 'o.run.json'), 'utf8')));
    expect(record).toMatchObject({
      ended_early: 'interrupted',
      counts: { offered: 2000 },
      verdict_figures: { unsent: 0 },
    });
  });

  it('ends a generator at once, and leaves nothing under the final name', async () => {
    const { code, stderr } = await aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 3000000 -o d.jsonl',
      {
        onStart: (child) => {
          const waitForFile = setInterval(async () => {
            if ((await readdir(cwd)).length === 0) return;
            clearInterval(waitForFile);
            child.kill('SIGINT');
          }, 50);
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(await readdir(cwd)).toEqual([]);
  });

  it('SIGKILL leaves whole lines', async () => {
    const { code } = await interrupted(['SIGKILL']);
    expect(code).toBe(null);
    const text = await readFile(join(cwd, 'o.jsonl'), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect((await results('o.jsonl')).length).toBeGreaterThan(15);
    expect(existsSync(join(cwd, 'o.run.json'))).toBe(false);
  });
});
