import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runRecordSchema } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { BIN } from './run-cli.js';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

describe('the four commands', () => {
  it('join by their files', async () => {
    const steps = [
      'dataset synthetic-shared --tokenizer cl100k_base --prompt-length 300 --prompt-length-std 20 --shared-proportion 0.5 --shared-proportion-std 0.1 --num-samples-per-prefix 10 --num-prefix 3 --randomize-order --seed 7 -o d.jsonl',
      'workload constant --prompt-file d.jsonl --tokenizer cl100k_base --target-qps 20 --duration-ms 2000 --arrivals constant --target-completion-len 8 --output-dir w',
      `client --workload-path w/workload.jsonl --endpoint ${trial.url}/v1/ --model sim --output-file-path r/output.jsonl --max-client-lag-ms 1000`,
      'analysis --trace r/output.jsonl --output report --goodput-target ttft:5,e2e:9',
    ];
    for (const step of steps) expect(await trial.aibrix(step), step).toMatchObject({ code: 0 });
    const all = await trial.results('r/output.jsonl');
    expect(all).toHaveLength(40);
    expect(all.every((result) => result.status === 'success' && result.output_tokens === 8)).toBe(true);
    expect((await readdir(join(trial.cwd, 'report'))).sort()).toEqual(['report.html', 'report.json', 'report.md']);
    const report = JSON.parse(await readFile(join(trial.cwd, 'report/report.json'), 'utf8'));
    expect(report).toMatchObject({ verdict: 'valid', counts: { offered: 40, succeeded: 40 }, goodput: { good: 40 } });
  });

  it('pipe data through stdout, and tell nothing else there', async () => {
    const { code, stdout, stderr } = await trial.aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 3 --num-sessions-std 0 -o -',
    );
    expect(code).toBe(0);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map((record) => record.session_id)).toEqual([0, 1, 2]);
    expect(stderr).toContain('in 3 sessions');
    expect(await readdir(trial.cwd)).toEqual([]);
  });

  it('pipe a workload in through stdin', async () => {
    await trial.workload(steady(5, 10));
    const text = await readFile(join(trial.cwd, 'w.jsonl'));
    const { code } = await trial.aibrix(
      `client --workload-path - --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000`,
      { input: text },
    );
    expect(code).toBe(0);
    expect(await trial.results('o.jsonl')).toHaveLength(5);
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(trial.cwd, 'o.run.json'), 'utf8')));
    expect(record.workload).toMatchObject({ path: '<stdin>', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('salt the prefix cache anew in each run, and take recorded answers for history', async () => {
    await trial.workload(
      ['one', 'two'].map((prompt) => ({
        timestamp: 0,
        requests: [{ prompt, session_id: 's', output_length: 3, completion: `re: ${prompt}` }],
      })),
    );
    const client = `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --max-client-lag-ms 1000 --output-file-path`;
    const salts: unknown[] = [];
    for (const file of ['a.jsonl', 'b.jsonl']) {
      await trial.succeed(`${client} ${file} --history recorded --cache-salt`);
      const record = await readFile(join(trial.cwd, file.replace('.jsonl', '.run.json')), 'utf8');
      salts.push(runRecordSchema.parse(JSON.parse(record)).options.cacheSalt);
    }
    expect(salts[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(salts[1]).toMatch(/^[0-9a-f-]{36}$/);
    expect(salts[0]).not.toBe(salts[1]);
    const second = (await trial.results('b.jsonl')).find(({ turn }) => turn === 1);
    expect(second?.input).toContainEqual({ role: 'assistant', content: 're: one' });
  });

  it('run a closed loop, and say what that needs', async () => {
    await trial.workload(steady(6, 3_600_000));
    const client = `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000 --pacing asap`;
    await trial.succeed(`${client} --concurrency 2`);
    expect((await trial.results('o.jsonl')).map(({ status }) => status)).toEqual(Array(6).fill('success'));
    const { code, stderr } = await trial.aibrix(client);
    expect(code).toBe(2);
    expect(stderr).toMatch(/concurrency: pacing asap needs to know how many requests/);
  });

  it('go on when nobody reads what they tell', async () => {
    await trial.workload(steady(40, 10));
    const { code } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000`,
      { onStart: (child) => child.stderr?.destroy() },
    );
    expect(code).toBe(0);
    expect(await trial.results('o.jsonl')).toHaveLength(40);
  });

  it('keep data on stdout to itself when a summary is asked for too', async () => {
    const { stdout } = await trial.aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 2 --num-sessions-std 0 -o - --json',
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('summarise for machines with --json and stay silent with --quiet', async () => {
    await trial.workload(steady(5, 10));
    const { code, stdout, stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000 --json --quiet`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(runRecordSchema.parse(JSON.parse(stdout)).counts.succeeded).toBe(5);
  });

  it('show progress as plain lines when they are piped', async () => {
    await trial.workload(steady(5, 10));
    const { stderr } = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl`,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    expect(stderr).not.toMatch(/[\u001b\r]/);
    expect(stderr).toContain('5 requests: 5 succeeded, 0 failed → o.jsonl');
  });
});

describe('null on the command line', () => {
  it('is no limit, and the whole trace', async () => {
    await writeFile(
      join(trial.cwd, 't.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,9,200\r\n2023-11-16 19:15:46.6805900,7,3\r\n',
    );
    const made = await trial.aibrix(
      'workload azure --traffic-file t.csv --duration-ms null --length-mode exact --tokenizer cl100k_base --output-dir w',
    );
    expect(made.code).toBe(0);
    const { code } = await trial.aibrix(
      `client --workload-path w/workload.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl --output-token-limit null --duration-limit null --max-concurrent-sessions null --time-scale 0.0001 --max-client-lag-ms 1000`,
    );
    expect(code).toBe(0);
    expect((await trial.results('o.jsonl')).map((result) => result.output_tokens).sort()).toEqual([200, 3]);
  });
});

describe('simulate', () => {
  const started = async (words: string[], stdin: 'ignore' | 'pipe'): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(
      process.execPath,
      [BIN, 'simulate', '--port', '0', '--profile', 'instant', '--quiet', ...words],
      {
        cwd: trial.cwd,
        stdio: [stdin, 'pipe', 'inherit'],
      },
    );
    const [url] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
    return { child, url };
  };

  it('has replicas, limits, adapters and faults', async () => {
    const words =
      '--model sim --lora sql --replicas 2 --routing-strategy round-robin --user a b --rpm 2 --tpm 1000 --faults no-usage';
    const { child, url } = await started(words.split(' '), 'ignore');
    const body = JSON.stringify({ model: 'sql', messages: [{ role: 'user', content: 'one' }], max_tokens: 1 });
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', body, headers });
    const answers = [await ask({ user: 'a' }), await ask({ user: 'a' }), await ask({ user: 'c' })];
    expect(
      answers.map(({ status, headers }) => [status, headers.get('target-pod'), headers.get('x-error-user')]),
    ).toEqual([
      [200, 'sim-pod-0', null],
      [200, 'sim-pod-1', null],
      [500, null, 'true'],
    ]);
    expect(await answers[0]?.json()).not.toHaveProperty('usage');
    expect(answers[1]?.headers.get('x-update-rpm')).toMatch(/^[12]$/);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('model_name="sim",engine="1",pod="sim-pod-1"');
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it.each([
    ['--faults rest@0.1', 'did you mean "reset"?'],
    ['--routing-strategy round-robbin --replicas 0', 'did you mean "round-robin"?'],
    ['--lora sql', 'name it in models'],
    ['--replicas two', 'expected a number'],
  ])('ends with 2 for %s, and says why', async (words, message) => {
    const { code, stdout, stderr } = await trial.aibrix(`simulate --port 0 ${words}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('gives clients something to fail on: a result for each request, with its class', async () => {
    const { child, url } = await started(['--replicas', '2', '--faults', 'reset:1@0.3,429@0.3'], 'ignore');
    await trial.workload(steady(40, 5));
    await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${url} --model sim --output-file-path o.jsonl --max-client-lag-ms 1000`,
    );
    child.kill('SIGTERM');
    await once(child, 'exit');
    const results = await trial.results('o.jsonl');
    expect(results).toHaveLength(40);
    expect(new Set(results.map(({ status, error_type }) => (status === 'success' ? status : error_type)))).toEqual(
      new Set(['success', 'stream_interrupted', 'http_4xx']),
    );
    expect(results.filter(({ status }) => status === 'success').every(({ target_pod }) => target_pod)).toBe(true);
  });

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

  it('takes the limits of its engine, and tells what it did', async () => {
    const limits = '--max-model-len 160 --kv-cache-tokens 160 --max-num-batched-tokens 160 --max-num-seqs 4';
    const { child, url } = await started([...limits.split(' '), '--json'], 'ignore');
    const ask = async (maxTokens: number): Promise<number> => {
      const body = { model: 'm', messages: [{ role: 'user', content: ' word'.repeat(64) }], max_tokens: maxTokens };
      const json = JSON.stringify({ ...body, min_tokens: maxTokens });
      return (await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: json })).status;
    };
    expect([await ask(96), await ask(96), await ask(97)]).toEqual([200, 200, 400]);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const told = Array.fromAsync(lines);
    child.kill('SIGTERM');
    expect(JSON.parse((await told).join(''))).toMatchObject({
      totalKvBlocks: 10,
      promptTokens: 128,
      prefixCacheHitTokens: 48,
      finished: { length: 2 },
      refused: 1,
    });
  });
});
