import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { lines, useTrial } from './trial.js';

const trial = useTrial();

const AZURE = `TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 18:15:46.6805900,37,4\r
2023-11-16 18:15:47.6805900,12,9\r
`;
const MOONCAKE = lines([
  { timestamp: 0, input_length: 600, output_length: 5, hash_ids: [0, 1] },
  { timestamp: 0, input_length: 1024, output_length: 7, hash_ids: [0, 2] },
  { timestamp: 3000, input_length: 20, output_length: 9, hash_ids: [3] },
]);
const QWEN = lines([
  {
    chat_id: 1,
    parent_chat_id: -1,
    timestamp: 0,
    input_length: 20,
    output_length: 5,
    type: 'text',
    turn: 1,
    hash_ids: [1, 2],
  },
  {
    chat_id: 2,
    parent_chat_id: 1,
    timestamp: 1,
    input_length: 40,
    output_length: 5,
    type: 'text',
    turn: 2,
    hash_ids: [1, 2, 3],
  },
]);
const BURST_GPT = `Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
5,ChatGPT,47,18,65,Conversation log
6,GPT-4,30,12,42,API log
`;
const TRAFFIC = `Time,Total,Success,4xx Error,5xx Error
2025-01-01 00:00:00,6,5,1,0
2025-01-01 00:00:10,6,5,1,0
2025-01-01 00:00:20,6,5,1,0
`;
const lengthsCsv = (columns: string[], factor: number): string =>
  [
    `Time,${columns.join(',')}`,
    ...[0, 10, 20].map(
      (second) =>
        `2025-01-01 00:00:${String(second).padStart(2, '0')},${[10, 14, 30, 60].map((value) => value * factor).join(',')}`,
    ),
    '',
  ].join('\n');

const EXACT = '--length-mode exact --tokenizer o200k_base --output-dir o --charts none';

describe('every kind of workload', () => {
  it.each<[string, string, Record<string, string>]>([
    ['constant', `constant --target-qps 20 --duration-ms 2000 --target-prompt-len 12 ${EXACT}`, {}],
    ['synthetic', `synthetic --duration-ms 4000 --prompt-len-mean 30 --completion-len-mean 5 ${EXACT}`, {}],
    [
      'stat',
      `stat --traffic-file t.csv --prompt-len-file p.csv --completion-len-file c.csv --duration-ms null ${EXACT}`,
      {
        't.csv': TRAFFIC,
        'p.csv': lengthsCsv(['P50', 'P70', 'P90', 'P99'], 2),
        'c.csv': lengthsCsv(['P50', 'P70', 'P95', 'P99'], 1),
      },
    ],
    ['azure', `azure --traffic-file a.csv --duration-ms null ${EXACT}`, { 'a.csv': AZURE }],
    ['mooncake', `mooncake --traffic-file m.jsonl ${EXACT}`, { 'm.jsonl': MOONCAKE }],
    ['qwen_bailian', `qwen-bailian --traffic-file q.jsonl ${EXACT}`, { 'q.jsonl': QWEN }],
    ['burstgpt', `burstgpt --traffic-file b.csv ${EXACT}`, { 'b.csv': BURST_GPT }],
    [
      'agent',
      `agent --agent-config agent.yaml --tokenizer o200k_base --output-dir o --charts none`,
      { 'agent.yaml': 'num_sessions: 3\nturns_per_session: [1, 2]\ninitial_prompt_tokens: 20\n' },
    ],
  ])('%s: prompts have the tokens that are stated, and the certificate is right', async (generator, words, files) => {
    for (const [name, content] of Object.entries(files)) await trial.write(name, content);
    await trial.succeed(`workload ${words}`);
    const requests = await trial.requests('o/workload.jsonl');
    expect(requests.length).toBeGreaterThan(1);
    for (const { prompt, prompt_length } of requests)
      expect(encode(prompt ?? '')).toHaveLength(prompt_length as number);
    expect(await trial.manifest('o/workload.jsonl')).toMatchObject({ generator, kind: 'workload' });
    expect(await trial.succeed('workload inspect o/workload.jsonl --verify')).toMatch(
      /SHA-256 and all that the file tells agree/,
    );
  });

  it('makes the same bytes from a config', async () => {
    await trial.write('m.jsonl', MOONCAKE);
    await trial.write('agent.json', '{"num_sessions": 3, "seed": 17}');
    await trial.succeed(
      'workload mooncake --traffic-file m.jsonl --tokenizer o200k_base --output-dir command --duration-ms null',
    );
    await trial.succeed('workload agent --agent-config agent.json --tokenizer o200k_base --output-dir command-agent');
    await trial.write(
      'c.yaml',
      'tokenizer: o200k_base\nduration_ms: null\nworkload_type: mooncake\nworkload_configs:\n  mooncake: {trace_path: m.jsonl}\n  agent: {num_sessions: 3, seed: 17}\n',
    );
    await trial.succeed('benchmark --stage workload --config c.yaml --override workload_dir=config');
    await trial.succeed(
      'benchmark --stage workload --config c.yaml --override workload_type=agent --override workload_dir=config-agent',
    );
    for (const kind of ['', '-agent']) {
      const [command, config] = await Promise.all(
        ['command', 'config'].map((folder) => readFile(join(trial.cwd, `${folder}${kind}/workload.jsonl`), 'utf8')),
      );
      expect(config).toBe(command);
    }
  });

  it('keeps requests that failed, and times by when they were sent, where that is asked for', async () => {
    await trial.write('b.csv', `${BURST_GPT}7,GPT-4,30,0,30,API log\n`);
    await trial.succeed(`workload burstgpt --traffic-file b.csv ${EXACT}`);
    expect(await trial.requests('o/workload.jsonl')).toHaveLength(2);
    await trial.succeed(`workload burstgpt --traffic-file b.csv --keep-failed ${EXACT}`);
    expect(await trial.requests('o/workload.jsonl')).toHaveLength(3);

    const measured = [100, 101.5].map((start) => ({
      request_id: `r${start}`,
      status: 'success',
      planned_time: Math.floor(start),
      start_time: start,
    }));
    await trial.write('r.jsonl', lines(measured.map((times) => ({ ...times, prompt_tokens: 5, output_tokens: 2 }))));
    const times: number[][] = [];
    for (const clock of ['planned', 'start']) {
      await trial.succeed(`workload results --traffic-file r.jsonl --clock ${clock} ${EXACT}`);
      times.push((await trial.entries('o/workload.jsonl')).map(({ timestamp }) => timestamp));
    }
    expect(times).toEqual([
      [0, 1000],
      [0, 1500],
    ]);
  });

  it('sends the calls of agents when those that they wait for have ended', async () => {
    await trial.write(
      'agent.yaml',
      'num_sessions: 3\nturns_per_session: 2\nretry_probability: 0.3\nthink_time_ms: 200\n',
    );
    await trial.succeed('workload agent --agent-config agent.yaml --tokenizer o200k_base --output-dir o --charts none');
    await trial.succeed(
      `client --workload-path o/workload.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --time-scale 0.5`,
    );
    const results = new Map((await trial.results('r.jsonl')).map((result) => [result.workload_id, result]));
    const requests = await trial.requests('o/workload.jsonl');
    expect(requests.some(({ parents }) => parents?.length)).toBe(true);
    for (const { id, parents, delay_ms, prompt } of requests) {
      const result = results.get(id ?? '');
      expect(result).toMatchObject({ status: 'success', input: [{ role: 'user', content: prompt }] });
      const ends = (parents ?? []).map((parent) => Number(results.get(parent)?.end_time));
      const free = Math.max(...ends) + (0.5 * (delay_ms ?? 0)) / 1000;
      expect(result?.scheduled_time).toBeCloseTo(Math.max(Number(result?.planned_time), free), 5);
    }
  });

  it('lays out the sessions of a dataset with think times', async () => {
    await trial.write(
      'sessions.jsonl',
      lines([0, 1, 2].map((id) => ({ session_id: id, prompts: ['Hello there.', 'Go on.'], prompt_lengths: [3, 3] }))),
    );
    await trial.succeed(
      'workload sessions --prompt-file sessions.jsonl --sessions-per-second 2 --arrivals constant --think-time 500-600 --tokenizer o200k_base --output-dir o',
    );
    const entries = await trial.entries('o/workload.jsonl');
    expect(entries.map(({ timestamp }) => timestamp)).toEqual([0, 500, 1000]);
    for (const { requests } of entries) {
      expect(requests.map(({ session_id }) => session_id)).toEqual(Array(2).fill(requests[0]?.session_id));
      expect(requests[0]).not.toHaveProperty('delay_ms');
      expect(requests[1]?.delay_ms).toBeGreaterThanOrEqual(500);
      expect(requests[1]?.delay_ms).toBeLessThanOrEqual(600);
    }
    expect(await trial.succeed('workload inspect o/workload.jsonl --verify')).toMatch(/all that the file tells agree/);
  });

  it('replays what was measured', async () => {
    await trial.workload(
      [0, 100, 200].map((timestamp) => ({
        timestamp,
        requests: [{ prompt: 'Say a word.', prompt_length: 4, output_length: 3 }],
      })),
    );
    await trial.succeed(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --max-client-lag-ms 1000`,
    );
    await trial.succeed(
      'workload results --traffic-file r.jsonl --length-mode exact --tokenizer o200k_base --output-dir o',
    );
    const entries = await trial.entries('o/workload.jsonl');
    const measured = await trial.results('r.jsonl');
    expect(entries.map(({ timestamp }) => Math.round(timestamp))).toEqual([0, 100, 200]);
    expect(entries.map(({ requests }) => [requests[0]?.prompt_length, requests[0]?.output_length])).toEqual(
      measured.map(({ prompt_tokens, output_tokens }) => [prompt_tokens, output_tokens]),
    );
  });

  it('takes patterns from files, with means in place of theirs', async () => {
    await trial.write(
      'traffic.json',
      '{"mean": 12, "fluctuate": 3.6, "noise": 0.1, "period_len_ms": 840000, "only_rise": false}',
    );
    await trial.write('ramp.yaml', 'kind: ramp\nfrom_rps: 1\nto_rps: 20\nduration_ms: 10000\n');
    const lengths = '--no-text --prompt-len-pattern none --completion-len-pattern none --charts none';
    await trial.succeed(
      `workload synthetic --traffic-pattern-config traffic.json --traffic-mean 40 --duration-ms 20000 ${lengths} --output-dir a`,
    );
    expect((await trial.manifest('a/workload.jsonl')).options).toMatchObject({ traffic: { mean: 40, fluctuate: 3.6 } });
    await trial.succeed(
      `workload synthetic --traffic-pattern-config ramp.yaml --arrivals constant --duration-ms 10000 ${lengths} --output-dir b`,
    );
    expect(await trial.requests('b/workload.jsonl')).toHaveLength(105);
  });

  it('spreads requests over models and users, whole sessions to one of them', async () => {
    await trial.succeed(
      'workload constant --target-qps 50 --duration-ms 4000 --no-text --model-mix base=3,lora-a=1 --users 20 --user-skew 1.2 --output-dir o --charts none',
    );
    const requests = await trial.requests('o/workload.jsonl');
    const base = requests.filter(({ model }) => model === 'base').length;
    expect(Math.abs(base / requests.length - 0.75)).toBeLessThan(4 * Math.sqrt(0.1875 / requests.length));
    expect(
      requests.every(({ model, user }) => ['base', 'lora-a'].includes(model ?? '') && /^user-\d+$/.test(user ?? '')),
    ).toBe(true);
    const { options, statistics } = await trial.manifest('o/workload.jsonl');
    expect(options.mix).toMatchObject({ models: expect.anything() });
    expect(statistics.requests_by_model).toEqual([
      { name: 'base', requests: base },
      { name: 'lora-a', requests: requests.length - base },
    ]);
    expect(await trial.succeed('workload inspect o/workload.jsonl --verify')).toMatch(/Models +base \d+, lora-a \d+/);
  });

  it('draws charts beside the workload', async () => {
    await trial.succeed(
      'workload constant --target-qps 20 --duration-ms 3000 --no-text --target-prompt-len 10 --output-dir o --charts svg,png,pdf,html',
    );
    expect((await readdir(join(trial.cwd, 'o'))).toSorted()).toEqual(
      ['html', 'jsonl', 'jsonl.manifest.json', 'pdf', 'png', 'svg'].map((ending) => `workload.${ending}`),
    );
    expect((await readFile(join(trial.cwd, 'o/workload.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
    expect(await readFile(join(trial.cwd, 'o/workload.html'), 'utf8')).toContain('Requests');
  });

  it('downloads a public trace that is missing', async () => {
    const server = createServer((_, response) => response.end(AZURE)).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/trace.csv`;
      const { stderr } = await trial.aibrix(
        `workload azure --traffic-file new.csv --trace-type conv --trace-url ${url} --duration-ms null --no-text --length-mode exact --output-dir o --charts none`,
      );
      expect(stderr).toMatch(/2 requests/);
      expect(await readFile(join(trial.cwd, 'new.csv'), 'utf8')).toBe(AZURE);
    } finally {
      server.close();
    }
  });
});
