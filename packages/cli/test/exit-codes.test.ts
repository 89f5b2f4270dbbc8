import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

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
    ['a trace without its file', 'workload mooncake --output-dir o', 2, /--traffic-file <file>' not specified/],
    ['a command that is not built', 'compare', 2, /aibrix compare is not part of this version/],
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
    const result = await trial.aibrix(words);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/ {4}at /);
    expect(result.code).toBe(code);
    expect(await readdir(trial.cwd)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['an empty dataset', 'd.jsonl', ''],
    ['a malformed line of a dataset', 'd.jsonl', '{"prompt":"a","token_count":1}\n{"prompt":\n'],
  ])('%s leaves nothing under the final name', async (_, file, text) => {
    await writeFile(join(trial.cwd, file), text);
    const { code, stderr } = await trial.aibrix(
      'workload constant --prompt-file d.jsonl --tokenizer cl100k_base --output-dir o',
    );
    expect(code).toBe(1);
    expect(stderr).toContain(text === '' ? 'd.jsonl' : 'd.jsonl:2: not valid JSON');
    expect(existsSync(join(trial.cwd, 'o/workload.jsonl'))).toBe(false);
  });

  it('a bad row of a trace names file, line and value, and leaves nothing', async () => {
    await writeFile(
      join(trial.cwd, 't.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:47.0,many,1\r\n',
    );
    const { code, stderr } = await trial.aibrix(
      'workload azure --traffic-file t.csv --length-mode exact --tokenizer cl100k_base --output-dir o',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/t\.csv:3: .*many/);
    expect(existsSync(join(trial.cwd, 'o')) ? await readdir(join(trial.cwd, 'o')) : []).toEqual([]);
  });

  it('an endpoint that is down, and one that answers 401, end the run before load with exit 1', async () => {
    await trial.workload(steady(1, 1));
    const words = (endpoint: string): string =>
      `client --workload-path w.jsonl --endpoint ${endpoint} --model m --output-file-path o.jsonl`;
    const server = createServer((_, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refused = await trial.aibrix(words(url), { env: { API_KEY: 'sk-secret-key' } });
    server.closeAllConnections();
    server.close();
    const down = await trial.aibrix(words(url));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('refuses access (HTTP 401)') });
    expect(refused.stderr + refused.stdout).not.toContain('sk-secret-key');
    expect(down).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`no server answers at ${url} (ECONNREFUSED)`),
    });
    expect(await readdir(trial.cwd)).toEqual(['w.jsonl']);
  });

  it('a run in which nothing succeeds exits 1, and says why', async () => {
    await trial.workload(steady(3, 1));
    const { code, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model other --output-file-path o.jsonl --max-client-lag-ms 1000`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('the server does not list the model "other"');
    const analysed = await trial.aibrix('analysis --trace o.jsonl --output report');
    expect(analysed.code).toBe(1);
    expect(analysed.stdout).toContain(
      '3 of 3 requests failed, most as http_4xx'.replaceAll(' requests', '\u00a0requests'),
    );
  });

  it('what is read is never written over itself', async () => {
    await trial.workload(steady(3, 1));
    const before = await readFile(join(trial.cwd, 'w.jsonl'), 'utf8');
    const { code, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path ./w.jsonl`,
    );
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is the input itself') });
    expect(await readFile(join(trial.cwd, 'w.jsonl'), 'utf8')).toBe(before);
  });

  it('text from outside cannot take the terminal over', async () => {
    await writeFile(
      join(trial.cwd, 't.csv'),
      `TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,\u001b[2J${'9'.repeat(5000)},1\n`,
    );
    const { stderr } = await trial.aibrix(
      'workload azure --traffic-file t.csv --length-mode exact --tokenizer cl100k_base --output-dir o',
    );
    expect(stderr).not.toContain('\u001b');
    expect(stderr.length).toBeLessThan(1500);
  });

  it('a run that is not valid exits 4, with its report written', async () => {
    await trial.workload(steady(60, 5));
    await writeFile(
      join(trial.cwd, 'c.yaml'),
      `endpoint: ${trial.url}\ntarget_model: sim\nworkload_file: w.jsonl\nclient_output: .\ntrace_output: report\nmax_client_lag_ms: 0.000001\n`,
    );
    expect(await trial.aibrix('benchmark --stage client --config c.yaml')).toMatchObject({ code: 4 });
    const analysed = await trial.aibrix('benchmark --stage analysis --config c.yaml');
    expect(analysed.code).toBe(4);
    expect(analysed.stdout).toMatch(/Verdict +client-bound/);
  });

  it('every problem of a config at once, before anything is written', async () => {
    await writeFile(join(trial.cwd, 'c.yaml'), 'tokenizr: x\nduration_ms: long\n');
    const { code, stderr } = await trial.aibrix('benchmark --config c.yaml --override time_scale=-1');
    expect(code).toBe(2);
    expect(stderr).toContain('c.yaml:1: tokenizr: unknown key (did you mean tokenizer?)');
    expect(stderr).toContain('c.yaml:2: duration_ms: ');
    expect(stderr).toContain('time_scale: ');
    expect(await readdir(trial.cwd)).toEqual(['c.yaml']);
  });

  it('tell no secret: not in errors of the config, not in its list of keys, not in a summary', async () => {
    await trial.workload(steady(1, 1));
    const config = `endpoint: ${trial.url}\ntarget_model: sim\nworkload_file: w.jsonl\nclient_output: .\napi_key: $KEY\n`;
    await writeFile(join(trial.cwd, 'good.yaml'), config);
    await writeFile(join(trial.cwd, 'wrong.yaml'), `${config}endpont: x\n`);
    await writeFile(join(trial.cwd, 'broken.yaml'), `${config}  x: [\n`);
    await writeFile(join(trial.cwd, 'mistyped.yaml'), config.replace('api_key', 'apikey'));
    for (const key of ['sk-secret-key', '123456789', '*sk-secret', '@sk-secret']) {
      for (const words of [
        'benchmark --stage client --config good.yaml --json --override max_client_lag_ms=1000',
        'benchmark --config wrong.yaml',
        'benchmark --config broken.yaml',
        'benchmark --config mistyped.yaml --override help',
        'benchmark --config good.yaml --override help',
      ]) {
        const { stdout, stderr } = await trial.aibrix(words, { env: { KEY: key } });
        expect(stdout + stderr, words).not.toContain(key);
      }
    }
    for (const file of ['output.jsonl', 'output.run.json']) {
      expect(await readFile(join(trial.cwd, file), 'utf8')).not.toContain('sk-secret-key');
    }
  });

  it.each([
    ['workload_type=stat', /workload_configs\.stat\.traffic_file: is needed with workload_type stat/],
    ['workload_type=burstgpt', /workload_configs\.burstgpt\.trace_path: is needed with workload_type burstgpt/],
    ['workload_configs.constant.no_text=true', /no_text: a workload without text cannot be sent/],
    ['workload_configs.constant.model_mix=a=0', /model_mix: mix "a=0": a name or weight in it cannot be used/],
    ['workload_configs.constant.burstiness=2', /constant\.burstiness: is the shape of gamma or weibull/],
  ])('a config with %s is refused before anything is made', async (override, message) => {
    await writeFile(join(trial.cwd, 'c.yaml'), 'tokenizer: cl100k_base\n');
    const { code, stderr } = await trial.aibrix(`benchmark --config c.yaml --override ${override}`);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(await readdir(trial.cwd)).toEqual(['c.yaml']);
  });

  it('--override help lists every key', async () => {
    const { code, stdout } = await trial.aibrix('benchmark --override help');
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(70);
    expect(stdout).toContain('workload_configs.constant.target_qps=1 ');
  });
});
