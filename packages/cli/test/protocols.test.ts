import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

const client = (more: string): string =>
  `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path r/output.jsonl --max-client-lag-ms 1000 ${more}`;

const report = async (): Promise<unknown> => JSON.parse(await readFile(join(trial.cwd, 'report/report.json'), 'utf8'));

/** All that a run has left in its folder. */
const written = async (): Promise<string> => {
  const files = await readdir(trial.cwd, { recursive: true, withFileTypes: true });
  const texts = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
};

const NONE = { count: 0, mean: null, p50: null, p99: null };

describe('the APIs', () => {
  it.each(['chat', 'completions', 'responses'])('%s is run and reported', async (api) => {
    await trial.workload(steady(12, 10));
    await trial.succeed(client(`--api ${api}`));
    await trial.succeed('analysis --trace r/output.jsonl --output report --goodput-target ttft:5,tpot:5,e2e:9');
    expect(await report()).toMatchObject({
      verdict: 'valid',
      counts: { offered: 12, succeeded: 12 },
      tokens: { output: 12 * 5 },
      goodput: { good: 12 },
      distributions: { ttft_s: { count: 12 }, output_tokens: { count: 12, mean: 5 } },
    });
  });

  it.each(['chat', 'completions', 'responses'])('%s is run and reported without streaming', async (api) => {
    await trial.workload(steady(12, 10));
    await trial.succeed(client(`--api ${api} --streaming false`));
    await trial.succeed('analysis --trace r/output.jsonl --output report --goodput-target e2e:9');
    expect(await report()).toMatchObject({
      counts: { offered: 12, succeeded: 12 },
      tokens: { output: 12 * 5 },
      goodput: { good: 12 },
      distributions: { ttft_s: NONE, tpot_s: NONE, output_tokens: { count: 12, mean: 5 } },
    });
  });

  it('embeddings are run and reported, with nothing where there is nothing', async () => {
    await trial.workload(steady(12, 10));
    await trial.succeed(client('--api embeddings --output-token-limit 1'));
    const summary = await trial.succeed('analysis --trace r/output.jsonl --output report --goodput-target e2e:9');
    expect(summary).toMatch(/Tokens +– output\/s/);
    expect(await report()).toMatchObject({
      counts: { offered: 12, succeeded: 12 },
      rates: { output_tokens_per_s: null },
      tokens: { prompt: 12 * 7, output: null },
      goodput: { good: 12 },
      distributions: { ttft_s: NONE, tpot_s: NONE, output_tokens: NONE, latency_s: { count: 12 } },
    });
    const record = JSON.parse(await readFile(join(trial.cwd, 'r/output.run.json'), 'utf8'));
    expect(record).toMatchObject({ options: { api: 'embeddings', streaming: false }, warnings: [] });
  });

  it('embeddings go through the whole pipeline, with the default target of TPOT left out', async () => {
    await trial.write(
      'c.yaml',
      [
        'tokenizer: cl100k_base',
        'prompt_type: synthetic_shared',
        'workload_configs:',
        '  constant:',
        '    target_qps: 20',
        'duration_ms: 500',
        `endpoint: ${trial.url}`,
        'target_model: sim',
        'api: embeddings',
        'extra_body:',
        '  dimensions: 8',
        'max_client_lag_ms: 1000',
      ].join('\n'),
    );
    await trial.succeed('benchmark --stage all --config c.yaml');
    const results = await trial.results('output/client_output/output.jsonl');
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) expect(result).toMatchObject({ status: 'success', output_tokens: null, ttft: null });
    await trial.write('d.yaml', 'api: embeddings\ngoodput_target: "ttft:1"\n');
    expect(await trial.aibrix('benchmark --stage all --config d.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('goodput_target'),
    });
  });
});

/** A server that keeps what it was sent, and repeats a header's value in its answer. */
const withServer = async (
  use: (url: string, seen: { headers: IncomingHttpHeaders; body: unknown }[]) => Promise<void>,
): Promise<void> => {
  const seen: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      if (request.method === 'POST') seen.push({ headers: request.headers, body: JSON.parse(text) });
      response.writeHead(request.method === 'POST' ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: [{ id: 'sim' }], error: { message: `no ${request.headers['x-team']}` } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('what a request says further', () => {
  const FIELDS = {
    temperature: 0.5,
    top_p: 0.9,
    stream_options: { include_usage: true, continuous_usage_stats: true },
  };

  it('comes from flags; values of headers are written nowhere', async () => {
    await withServer(async (url, seen) => {
      await trial.workload(steady(1, 0));
      const flags =
        '--header X-Team:team-secret-1 --header external-filter:env=prod --temperature 0.5 --extra-body {"top_p":0.9} --continuous-usage';
      const { stdout, stderr } = await trial.aibrix(
        `client --workload-path w.jsonl --endpoint ${url} --model sim --output-file-path r/output.jsonl --json ${flags}`,
      );
      expect(seen[0]?.headers).toMatchObject({ 'x-team': 'team-secret-1', 'external-filter': 'env=prod' });
      expect(seen[0]?.body).toMatchObject(FIELDS);
      expect((await trial.results('r/output.jsonl'))[0]?.error_message).toBe('HTTP 400: no [redacted]');
      expect(stdout + stderr + (await written())).not.toContain('team-secret-1');
    });
  });

  it('comes from the config, with secrets from the environment', async () => {
    await withServer(async (url, seen) => {
      await trial.workload(steady(1, 0));
      const config = [
        `endpoint: ${url}`,
        'target_model: sim',
        'workload_file: w.jsonl',
        'headers: {X-Team: "${TEAM_KEY}"}',
        'temperature: 0.5',
        'continuous_usage: true',
        'extra_body: {top_p: 0.9}',
      ];
      await trial.write('c.yaml', config.join('\n'));
      const env = { TEAM_KEY: 'team-secret-2' };
      const { stdout, stderr } = await trial.aibrix('benchmark --stage client --config c.yaml --json', { env });
      expect(seen[0]?.headers['x-team']).toBe('team-secret-2');
      expect(seen[0]?.body).toMatchObject(FIELDS);
      expect(stdout + stderr + (await written())).not.toContain('team-secret-2');
      const help = await trial.aibrix('benchmark --config c.yaml --override help', { env });
      expect(help.stdout).toContain('headers={"X-Team":"(set)"}');
      expect(help.stdout).not.toContain('team-secret-2');
    });
  });

  it.each([
    ['--header secret-without-name', '--header: expected "name: value"'],
    ['--header x:secret-1 --header X:secret-2', '--header: X is given twice'],
    ['--header content-length:5', 'headers: content-length is set by the connection'],
    ['--extra-body [1]', 'expected a JSON object'],
    ['--extra-body {', 'expected a JSON object'],
    ['--extra-body {"messages":[]}', 'extraBody.messages: it cannot be set here'],
    ['--api chats', 'Allowed choices are chat, completions, responses, embeddings'],
    ['--temperature -1', 'temperature: expected a number from 0, found -1'],
  ])('%s is refused before anything is sent', async (flags, message) => {
    await trial.workload(steady(1, 0));
    const { code, stderr } = await trial.aibrix(client(flags));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });

  it.each([
    ['headers: {x-a: 12345678}', 'headers.x-a', '12345678'],
    ['headers: {x-a: "Bearer abc${NOWHERE}"}', 'headers.x-a', 'Bearer abc'],
    ['extra_body: {messages: []}', 'extraBody.messages', 'secret'],
    ['api: chats', 'api', 'secret'],
  ])('the config %s is refused, and no value of a header shown', async (line, place, hidden) => {
    await trial.write('c.yaml', `endpoint: ${trial.url}\ntarget_model: sim\n${line}\n`);
    const { code, stderr } = await trial.aibrix('benchmark --stage client --config c.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain(place);
    expect(stderr).not.toContain(hidden);
  });
});
