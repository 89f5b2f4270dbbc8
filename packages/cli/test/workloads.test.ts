import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import { type Manifest, type WorkloadEntry, type WorkloadRequest, workloadEntrySchema } from '@aibrix/schema';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { useTrial } from './trial.js';

const trial = useTrial();

const entriesOf = async (file: string): Promise<WorkloadEntry[]> => {
  const entries: WorkloadEntry[] = [];
  for await (const entry of readJsonl(join(trial.cwd, file), { schema: workloadEntrySchema })) entries.push(entry);
  return entries;
};
const requestsOf = async (file: string): Promise<WorkloadRequest[]> =>
  (await entriesOf(file)).flatMap(({ requests }) => requests);
const manifestOf = async (file: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(trial.cwd, `${file}.manifest.json`), 'utf8')) as Manifest;
const write = (name: string, content: string): Promise<void> => writeFile(join(trial.cwd, name), content);

const aibrix = async (words: string): Promise<string> => {
  const { code, stderr, stdout } = await trial.aibrix(words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
};

const lines = (records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

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

describe('every kind of workload', () => {
  const EXACT = '--length-mode exact --tokenizer o200k_base --output-dir o --charts none';
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
    for (const [name, content] of Object.entries(files)) await write(name, content);
    await aibrix(`workload ${words}`);
    const requests = await requestsOf('o/workload.jsonl');
    expect(requests.length).toBeGreaterThan(1);
    for (const { prompt, prompt_length } of requests)
      expect(encode(prompt ?? '')).toHaveLength(prompt_length as number);
    expect(await manifestOf('o/workload.jsonl')).toMatchObject({ generator, kind: 'workload' });
    expect(await aibrix('workload inspect o/workload.jsonl --verify')).toMatch(
      /SHA-256 and all that the file tells agree/,
    );
  });

  it('makes the same bytes from a config', async () => {
    await write('m.jsonl', MOONCAKE);
    await write('agent.json', '{"num_sessions": 3, "seed": 17}');
    await aibrix(
      'workload mooncake --traffic-file m.jsonl --tokenizer o200k_base --output-dir command --duration-ms null',
    );
    await aibrix('workload agent --agent-config agent.json --tokenizer o200k_base --output-dir command-agent');
    await write(
      'c.yaml',
      'tokenizer: o200k_base\nduration_ms: null\nworkload_type: mooncake\nworkload_configs:\n  mooncake: {trace_path: m.jsonl}\n  agent: {num_sessions: 3, seed: 17}\n',
    );
    await aibrix('benchmark --stage workload --config c.yaml --override workload_dir=config');
    await aibrix(
      'benchmark --stage workload --config c.yaml --override workload_type=agent --override workload_dir=config-agent',
    );
    for (const kind of ['', '-agent']) {
      const [command, config] = await Promise.all(
        ['command', 'config'].map((folder) => readFile(join(trial.cwd, `${folder}${kind}/workload.jsonl`), 'utf8')),
      );
      expect(config).toBe(command);
    }
  });

  it('lays out the sessions of a dataset with think times', async () => {
    await write(
      'sessions.jsonl',
      lines([0, 1, 2].map((id) => ({ session_id: id, prompts: ['Hello there.', 'Go on.'], prompt_lengths: [3, 3] }))),
    );
    await aibrix(
      'workload sessions --prompt-file sessions.jsonl --sessions-per-second 2 --arrivals constant --think-time 500-600 --tokenizer o200k_base --output-dir o',
    );
    const entries = await entriesOf('o/workload.jsonl');
    expect(entries.map(({ timestamp }) => timestamp)).toEqual([0, 500, 1000]);
    for (const { requests } of entries) {
      expect(requests.map(({ session_id }) => session_id)).toEqual(Array(2).fill(requests[0]?.session_id));
      expect(requests[0]).not.toHaveProperty('delay_ms');
      expect(requests[1]?.delay_ms).toBeGreaterThanOrEqual(500);
      expect(requests[1]?.delay_ms).toBeLessThanOrEqual(600);
    }
    expect(await aibrix('workload inspect o/workload.jsonl --verify')).toMatch(/all that the file tells agree/);
  });

  it('replays what was measured', async () => {
    await trial.workload(
      [0, 100, 200].map((timestamp) => ({
        timestamp,
        requests: [{ prompt: 'Say a word.', prompt_length: 4, output_length: 3 }],
      })),
    );
    await aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --max-client-lag-ms 1000`,
    );
    await aibrix('workload results --traffic-file r.jsonl --length-mode exact --tokenizer o200k_base --output-dir o');
    const entries = await entriesOf('o/workload.jsonl');
    const measured = await trial.results('r.jsonl');
    expect(entries.map(({ timestamp }) => Math.round(timestamp))).toEqual([0, 100, 200]);
    expect(entries.map(({ requests }) => [requests[0]?.prompt_length, requests[0]?.output_length])).toEqual(
      measured.map(({ prompt_tokens, output_tokens }) => [prompt_tokens, output_tokens]),
    );
  });

  it('takes patterns from files, with means in place of theirs', async () => {
    await write(
      'traffic.json',
      '{"mean": 12, "fluctuate": 3.6, "noise": 0.1, "period_len_ms": 840000, "only_rise": false}',
    );
    await write('ramp.yaml', 'kind: ramp\nfrom_rps: 1\nto_rps: 20\nduration_ms: 10000\n');
    const lengths = '--no-text --prompt-len-pattern none --completion-len-pattern none --charts none';
    await aibrix(
      `workload synthetic --traffic-pattern-config traffic.json --traffic-mean 40 --duration-ms 20000 ${lengths} --output-dir a`,
    );
    expect((await manifestOf('a/workload.jsonl')).options).toMatchObject({ traffic: { mean: 40, fluctuate: 3.6 } });
    await aibrix(
      `workload synthetic --traffic-pattern-config ramp.yaml --arrivals constant --duration-ms 10000 ${lengths} --output-dir b`,
    );
    expect(await requestsOf('b/workload.jsonl')).toHaveLength(105);
  });

  it('spreads requests over models and users, whole sessions to one of them', async () => {
    await aibrix(
      'workload constant --target-qps 50 --duration-ms 4000 --no-text --model-mix base=3,lora-a=1 --users 20 --user-skew 1.2 --output-dir o --charts none',
    );
    const requests = await requestsOf('o/workload.jsonl');
    const base = requests.filter(({ model }) => model === 'base').length;
    expect(Math.abs(base / requests.length - 0.75)).toBeLessThan(4 * Math.sqrt(0.1875 / requests.length));
    expect(
      requests.every(({ model, user }) => ['base', 'lora-a'].includes(model ?? '') && /^user-\d+$/.test(user ?? '')),
    ).toBe(true);
    const { options, statistics } = await manifestOf('o/workload.jsonl');
    expect(options.mix).toMatchObject({ models: expect.anything() });
    expect(statistics.requests_by_model).toEqual([
      { name: 'base', requests: base },
      { name: 'lora-a', requests: requests.length - base },
    ]);
    expect(await aibrix('workload inspect o/workload.jsonl --verify')).toMatch(/Models +base \d+, lora-a \d+/);
  });

  it('draws charts beside the workload', async () => {
    await aibrix(
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

describe('tools on workloads', () => {
  const make = (seed: number, folder: string): Promise<string> =>
    aibrix(
      `workload constant --seed ${seed} --target-qps 20 --duration-ms 3000 --length-mode exact --target-prompt-len 8 --tokenizer o200k_base --output-dir ${folder} --charts none`,
    );

  it('concat, merge, shape, shard and sort keep every request, and state what they did', async () => {
    await make(1, 'a');
    await make(2, 'b');
    const [a, b] = [await requestsOf('a/workload.jsonl'), await requestsOf('b/workload.jsonl')];
    const inputs = '--input-files a/workload.jsonl b/workload.jsonl';
    await aibrix(`workload concat ${inputs} -o both.jsonl`);
    await aibrix(`workload merge ${inputs} -o merged.jsonl.gz`);
    const prompts = (requests: WorkloadRequest[]): string[] => requests.map(({ prompt }) => prompt ?? '').toSorted();
    const all = prompts([...a, ...b]);
    expect(prompts(await requestsOf('both.jsonl'))).toEqual(all);
    const merged = await requestsOf('merged.jsonl.gz');
    expect(prompts(merged)).toEqual(all);
    expect(new Set(merged.map(({ id }) => id))).toHaveLength(merged.length);

    for (const shard of [0, 1, 2]) {
      await aibrix(`workload shard --input-file both.jsonl --shard ${shard}/3 -o part-${shard}.jsonl`);
    }
    const parts = await Promise.all([0, 1, 2].map((shard) => requestsOf(`part-${shard}.jsonl`)));
    expect(prompts(parts.flat())).toEqual(all);

    await aibrix(
      'workload shape --input-file both.jsonl --from-ms 1000 --to-ms 2000 --rate-scale 2 --max-requests 5 --model-mix m -o shaped.jsonl',
    );
    const shaped = await entriesOf('shaped.jsonl');
    expect(shaped.flatMap(({ requests }) => requests)).toHaveLength(5);
    expect(
      shaped.every(({ timestamp, requests }) => timestamp < 500 && requests.every(({ model }) => model === 'm')),
    ).toBe(true);

    const reversed = (await readFile(join(trial.cwd, 'both.jsonl'), 'utf8')).trimEnd().split('\n').toReversed();
    await write('reversed.jsonl', `${reversed.join('\n')}\n`);
    await aibrix('workload sort --input-file reversed.jsonl -o sorted.jsonl');
    expect(await requestsOf('sorted.jsonl')).toEqual(await requestsOf('both.jsonl'));
    for (const file of ['both.jsonl', 'merged.jsonl.gz', 'part-1.jsonl', 'shaped.jsonl', 'sorted.jsonl']) {
      expect(await aibrix(`workload inspect ${file}`)).toMatch(/SHA-256 and (?:counts|all that the file tells) agree/);
    }
  });

  it('write to stdout, for the next one in a pipe', async () => {
    await make(1, 'a');
    const { stdout } = await trial.aibrix('workload shape --input-file a/workload.jsonl --max-requests 3 -o - --quiet');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    const piped = await trial.aibrix('workload shape --input-file - --time-scale 2 -o -', {
      input: Buffer.from(stdout),
    });
    expect(piped.stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it('inspect finds a workload that was altered, and draws it', async () => {
    await make(1, 'a');
    const path = join(trial.cwd, 'a/workload.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"prompt_length":8', '"prompt_length":9'));
    const plain = await trial.aibrix('workload inspect a/workload.jsonl --chart c.svg --chart c.html');
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(/is not of this content/) });
    await Promise.all(['c.svg', 'c.html'].map((file) => access(join(trial.cwd, file))));
    const verified = await trial.aibrix('workload inspect a/workload.jsonl --verify --json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      manifest: { sha256_matches: false },
      prompt_lengths: { different: 1, first_difference: { stated_tokens: 9, counted_tokens: 8 } },
    });
  });

  it.each([
    ['shard --input-file w.jsonl --shard 4/4 -o x.jsonl', /shard/],
    ['shard --input-file w.jsonl --shard half -o x.jsonl', /is no shard/],
    ['shape --input-file w.jsonl --time-scale 2 --rate-scale 2 -o x.jsonl', /rate/],
    ['shape --input-file w.jsonl -o w.jsonl', /w\.jsonl/],
    ['shape --input-file w.jsonl -o x.json', /x\.json: a workload is written as JSON lines/],
    ['concat --input-files none.jsonl -o x.jsonl', /no such file: none\.jsonl/],
    ['inspect none.jsonl', /no such file: none\.jsonl/],
    ['inspect w.jsonl --chart c.bmp', /bmp/],
    ['constant --no-text --charts gif --output-dir o', /gif/],
    ['constant --no-text --users 5 --user-mix a,b --output-dir o', /list of users and a number of users/],
    ['synthetic --no-text --traffic-pattern sloww_rising --output-dir o', /there is no pattern "sloww_rising"/],
    ['synthetic --no-text --traffic-pattern-config none.json --output-dir o', /no such file: none\.json/],
    ['agent --agent-config w.jsonl --tokenizer o200k_base --output-dir o', /unknown key timestamp/],
    ['sessions --prompt-file w.jsonl --think-time soon --output-dir o', /"soon" is no think time/],
    ['servegen --no-text --length-mode exact --output-dir o', /folder/],
  ])('refuse %s', async (words, message) => {
    await write('w.jsonl', '{"timestamp":0,"requests":[{"prompt":"a"}]}\n');
    const { code, stderr } = await trial.aibrix(`workload ${words}`);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect((await readdir(trial.cwd)).filter((name) => !['w.jsonl', 'o'].includes(name))).toEqual([]);
  });
});
