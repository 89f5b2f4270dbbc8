import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import {
  type DatasetRecord,
  datasetRecordSchema,
  type Manifest,
  type PlainPrompt,
  type PromptSession,
  type WorkloadEntry,
  workloadEntrySchema,
} from '@aibrix/schema';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { useTrial } from './trial.js';

const trial = useTrial();
const O200K = '--tokenizer o200k_base';

const dataset = <T extends DatasetRecord>(file: string): Promise<T[]> =>
  Array.fromAsync(readJsonl(join(trial.cwd, file), { schema: datasetRecordSchema })) as Promise<T[]>;

const manifest = async (file: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(trial.cwd, `${file}.manifest.json`), 'utf8'));

describe('aibrix dataset synthetic-multiturn', () => {
  it('writes lengths of answers to ask for', async () => {
    const { code } = await trial.aibrix(
      `dataset synthetic-multiturn ${O200K} --num-sessions-mean 5 --output-length-mean 40 --output-length-std 5 -o d.jsonl`,
    );
    expect(code).toBe(0);
    for (const { prompts, output_lengths } of await dataset<PromptSession>('d.jsonl')) {
      expect(output_lengths).toHaveLength(prompts.length);
      expect(Math.min(...(output_lengths as number[]))).toBeGreaterThan(10);
    }
  });

  it('makes random words when asked to', async () => {
    await trial.aibrix(
      `dataset synthetic-multiturn ${O200K} --num-sessions-mean 3 --prompt-length-std 0 --content random-words -o d.jsonl`,
    );
    for (const { prompts } of await dataset<PromptSession>('d.jsonl')) {
      for (const prompt of prompts) expect(prompt.split(' ')).toHaveLength(80);
    }
    expect((await manifest('d.jsonl')).synthesis).toMatchObject({ content: 'random-words', wrong_prompts: 0 });
  });
});

describe('aibrix dataset synthetic-shared', () => {
  it('has the shapes of published workloads as presets, and flags override them one by one', async () => {
    const { code, stderr } = await trial.aibrix(
      `dataset synthetic-shared ${O200K} --preset toolbench --num-prefix 2 --num-samples-per-prefix 3 -o d.jsonl`,
    );
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('toolbench: 6 prompts') });
    expect(await dataset('d.jsonl')).toHaveLength(6);
    expect(await manifest('d.jsonl')).toMatchObject({
      options: { mixes: [{ promptTokensMean: 1835, sharedProportionStd: 0.13, prefixes: 2, samplesPerPrefix: 3 }] },
      statistics: { app_name: 'toolbench', prefix_proportion: expect.any(Number) },
    });
  });

  it('writes a workload with arrivals, when told to', async () => {
    const { code, stderr } = await trial.aibrix(
      `dataset synthetic-shared ${O200K} --prompt-length 50 --prompt-length-std 5 --shared-proportion 0.5 --shared-proportion-std 0.1 --num-samples-per-prefix 20 --num-prefix 3 --to-workload --rps 8 --app-name mine -o w.jsonl`,
    );
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('workload  60 requests') });
    const entries: WorkloadEntry[] = await Array.fromAsync(
      readJsonl(join(trial.cwd, 'w.jsonl'), { schema: workloadEntrySchema }),
    );
    expect(entries).toHaveLength(60);
    for (const { requests } of entries)
      expect(encode(requests[0]?.prompt ?? '')).toHaveLength(requests[0]?.prompt_length ?? -1);
    expect(await manifest('w.jsonl')).toMatchObject({
      kind: 'workload',
      generator: 'schedule',
      options: { recordsPerSecond: 8, dataset: { generator: 'synthetic_shared' } },
      statistics: { app_name: 'mine', prefix_sharing_ratio: expect.any(Number) },
    });
    const replay = `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --time-scale 0.1 --max-client-lag-ms 1000`;
    expect((await trial.aibrix(replay)).code).toBe(0);
    expect(await trial.results('r.jsonl')).toHaveLength(60);
  });

  it.each([
    ['--to-workload', /--to-workload needs a rate/],
    ['--rps 3', /--rps is for a workload/],
    ['--preset toolbnech', /Did you mean toolbench\?/],
    ['--prompt-length 10,20', /has 1 item|has 3 items/],
    ['--shared-proportion 0.5,1.5,0.1', /sharedProp: item 2 must lie between 0 and 1/],
    ['--shared-proportion-std 900,0,0', /leaves next to nothing between 0 and 1/],
    ['--prompt-length -3,1,1', /promptLength: item 1 must be at least 1 token/],
  ])('refuses %s', async (flags, message) => {
    const { code, stderr } = await trial.aibrix(`dataset synthetic-shared ${O200K} ${flags} -o d.jsonl`);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(await readdir(trial.cwd)).toEqual([]);
  });
});

describe('--count-mode chat', () => {
  const template = `{% for message in messages %}{{ message.role + ':\n' + message.content + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:\n' }}{% endif %}`;
  const countOnServer = (prompt: string): number => encode(`user:\n${prompt}\n\nassistant:\n`).length;

  it('counts what the chat template adds, in datasets and workloads', async () => {
    await writeFile(join(trial.cwd, 'chat.jinja'), template);
    const chat = `${O200K} --count-mode chat --chat-template chat.jinja`;
    await trial.aibrix(`dataset synthetic-multiturn ${chat} --num-sessions-mean 4 --prompt-length-std 0 -o d.jsonl`);
    for (const { prompts, prompt_lengths } of await dataset<PromptSession>('d.jsonl')) {
      expect(prompt_lengths).toEqual(prompts.map(() => 80));
      expect(prompts.map(countOnServer)).toEqual(prompt_lengths);
    }
    const overhead = (await manifest('d.jsonl')).synthesis?.chat_overhead_tokens ?? 0;
    expect(overhead).toBeGreaterThan(3);

    await trial.aibrix(
      `workload constant ${chat} --length-mode exact --target-prompt-len 3 --target-qps 5 --duration-ms 3000 --output-dir w`,
    );
    const { notes, synthesis } = await manifest('w/workload.jsonl');
    expect(notes[0]).toMatch(new RegExp(`^prompts raised to ${overhead + 1} tokens: \\d+$`));
    // A text of one token cannot make up for what this template does to its end: the stated length is the counted one.
    const entries: WorkloadEntry[] = await Array.fromAsync(
      readJsonl(join(trial.cwd, 'w/workload.jsonl'), { schema: workloadEntrySchema }),
    );
    for (const { requests } of entries)
      expect(countOnServer(requests[0]?.prompt ?? '')).toBe(requests[0]?.prompt_length);
    expect(synthesis).toMatchObject({ count_mode: 'chat', chat_overhead_tokens: overhead });
  });

  it('is needed where a template is given', async () => {
    const { code, stderr } = await trial.aibrix(
      `dataset synthetic-multiturn ${O200K} --chat-template chat.jinja -o d.jsonl`,
    );
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--count-mode chat') });
  });

  it('needs a template', async () => {
    const { code, stderr } = await trial.aibrix(`dataset synthetic-multiturn ${O200K} --count-mode chat -o d.jsonl`);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/o200k_base has no chat template[\s\S]*--chat-template/),
    });
    expect(await readdir(trial.cwd)).toEqual([]);
  });
});

describe('aibrix dataset sharegpt', () => {
  const conversation = (id: string, ...values: string[]) => ({
    id,
    conversations: values.map((value, index) => ({ from: index % 2 === 0 ? 'human' : 'gpt', value })),
  });
  const file = JSON.stringify([conversation('a', 'Hello!', 'Hi.', 'Why?'), conversation('b', 'Tell me more.', 'No.')]);

  it('reads conversations, counts their tokens, and chooses prompts of them for a workload', async () => {
    await writeFile(join(trial.cwd, 'share.json'), file);
    const { code, stderr } = await trial.aibrix(`dataset sharegpt --path share.json ${O200K} -o d.jsonl`);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('dataset   3 prompts in 2 sessions'),
    });
    expect(await dataset('d.jsonl')).toEqual([
      {
        session_id: 'a',
        prompts: ['Hello!', 'Why?'],
        completions: ['Hi.'],
        prompt_lengths: [2, 2],
        output_lengths: [2],
      },
      {
        session_id: 'b',
        prompts: ['Tell me more.'],
        completions: ['No.'],
        prompt_lengths: [4],
        output_lengths: [2],
      },
    ]);
    const workload = `workload constant --prompt-file d.jsonl ${O200K} --target-qps 5 --duration-ms 2000 --output-dir w`;
    expect((await trial.aibrix(workload)).code).toBe(0);
  });

  it('does not load a tokenizer with --no-count', async () => {
    await writeFile(join(trial.cwd, 'share.json'), file);
    const { code } = await trial.aibrix('dataset sharegpt --path share.json --tokenizer no/such --no-count -o d.jsonl');
    expect(code).toBe(0);
    expect((await dataset<PromptSession>('d.jsonl'))[0]).not.toHaveProperty('prompt_lengths');
  });

  it('downloads a file that is missing', async () => {
    const server = createServer((_, response) => response.end(file)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/share.json`;
    const { code } = await trial.aibrix(`dataset sharegpt --path share.json --url ${url} ${O200K} -o d.jsonl`);
    server.close();
    expect(code).toBe(0);
    expect(await dataset('d.jsonl')).toHaveLength(2);
    expect((await readdir(trial.cwd)).sort()).toEqual(['d.jsonl', 'd.jsonl.manifest.json', 'share.json']);
  });

  it('leaves nothing of a file that is cut off', async () => {
    await writeFile(join(trial.cwd, 'share.json'), file.slice(0, -30));
    const { code, stderr } = await trial.aibrix(`dataset sharegpt --path share.json ${O200K} -o d.jsonl`);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/share\.json:1: the file ends inside/),
    });
    expect(await readdir(trial.cwd)).toEqual(['share.json']);
  });
});

describe('aibrix dataset client-trace', () => {
  it('turns results of a run into the sessions that were asked', async () => {
    await trial.aibrix(
      `dataset synthetic-multiturn ${O200K} --num-sessions-mean 6 --num-sessions-std 0 --prompt-length-mean 20 --prompt-length-std 0 -o d.jsonl`,
    );
    const asked = await dataset<PromptSession>('d.jsonl');
    const requests = asked.reduce((sum, { prompts }) => sum + prompts.length, 0);
    await trial.aibrix(
      `workload constant --prompt-file d.jsonl ${O200K} --arrivals constant --target-qps 100 --duration-ms ${requests * 10} --target-completion-len 5 --max-concurrent-sessions 6 --output-dir w`,
    );
    const replay = `client --workload-path w/workload.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --max-client-lag-ms 1000`;
    expect((await trial.aibrix(replay)).code).toBe(0);

    expect((await trial.aibrix(`dataset client-trace --path r.jsonl ${O200K} -o again.jsonl`)).code).toBe(0);
    const again = await dataset<PromptSession>('again.jsonl');
    const bySession = (sessions: PromptSession[]) =>
      new Map(sessions.map(({ session_id, prompts }) => [session_id, prompts]));
    expect(bySession(again)).toEqual(bySession(asked));
    for (const { prompt_lengths, output_lengths, prompts } of again) {
      expect(prompt_lengths).toEqual(prompts.map(() => 20));
      expect(output_lengths).toEqual(prompts.map(() => 5));
    }
  });
});

describe('what people have', () => {
  const chat = (...contents: string[]) => ({
    messages: contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
  });

  it('is read from OpenAI messages', async () => {
    await writeFile(join(trial.cwd, 'm.jsonl'), `${JSON.stringify(chat('Hello!', 'Hi.', 'Why?'))}\n`);
    expect((await trial.aibrix(`dataset messages --path m.jsonl ${O200K} -o d.jsonl`)).code).toBe(0);
    expect(await dataset('d.jsonl')).toEqual([
      expect.objectContaining({ prompts: ['Hello!', 'Why?'], completions: ['Hi.'], prompt_lengths: [2, 2] }),
    ]);
    expect((await trial.aibrix(`dataset messages --path m.jsonl --form messages ${O200K} -o whole.jsonl`)).code).toBe(
      0,
    );
    expect(await dataset('whole.jsonl')).toEqual([expect.objectContaining(chat('Hello!', 'Hi.', 'Why?'))]);
    const workload = `workload constant --prompt-file whole.jsonl ${O200K} --target-qps 5 --duration-ms 2000 --output-dir w`;
    expect((await trial.aibrix(workload)).code).toBe(0);
    const replay = `client --workload-path w/workload.jsonl --endpoint ${trial.url} --model sim --output-file-path r.jsonl --max-client-lag-ms 1000`;
    expect((await trial.aibrix(replay)).code).toBe(0);
    for (const { input } of await trial.results('r.jsonl'))
      expect(input).toEqual(chat('Hello!', 'Hi.', 'Why?').messages);
  });

  it('is read from tables, with columns by their names', async () => {
    await writeFile(join(trial.cwd, 'faq.csv'), 'id;question;answer\n1;"Is it, then?";Yes.\n2;Why?;No.\n');
    const { code } = await trial.aibrix(
      `dataset csv --path faq.csv --delimiter ; --columns prompt=question,completion=answer ${O200K} -o d.jsonl`,
    );
    expect(code).toBe(0);
    expect((await dataset<PlainPrompt>('d.jsonl')).map(({ prompt, completion }) => [prompt, completion])).toEqual([
      ['Is it, then?', 'Yes.'],
      ['Why?', 'No.'],
    ]);
    await writeFile(join(trial.cwd, 'faq.jsonl'), '{"item":{"q":"Why?"}}\n');
    expect(
      (await trial.aibrix(`dataset jsonl --path faq.jsonl --columns prompt=item.q ${O200K} -o e.jsonl`)).code,
    ).toBe(0);
    expect(await dataset('e.jsonl')).toEqual([expect.objectContaining({ prompt: 'Why?', token_count: 2 })]);
  });

  it.each([
    ['csv --path faq.csv --columns prompt=qestion', 1, /no column "qestion"; did you mean "question"/],
    ['csv --path faq.csv --columns promt=question', 2, /did you mean "prompt"/],
    ['csv --path none.csv', 2, /no such file: none\.csv/],
    ['messages --path faq.csv', 1, /faq\.csv:1/],
    ['client-trace --path faq.csv', 1, /faq\.csv:1/],
    ['sharegpt --path faq.csv', 1, /faq\.csv:1[\s\S]*ShareGPT/],
  ])('is refused with its place: %s', async (words, code, message) => {
    await writeFile(join(trial.cwd, 'faq.csv'), 'question,answer\nWhy?,No.\n');
    const result = await trial.aibrix(`dataset ${words} ${O200K} -o d.jsonl`);
    expect(result).toMatchObject({ code, stderr: expect.stringMatching(message) });
    expect(await readdir(trial.cwd)).toEqual(['faq.csv']);
  });
});

describe('what would be overwritten', () => {
  it('is not: the input, also as the manifest of the output, and a manifest by a chart', async () => {
    await writeFile(join(trial.cwd, 'z.jsonl.manifest.json'), '{"prompt":"Why?"}\n');
    const overInput = await trial.aibrix(`dataset jsonl --path z.jsonl.manifest.json ${O200K} -o z.jsonl`);
    expect(overInput).toMatchObject({ code: 2, stderr: expect.stringContaining('is the input itself') });
    await trial.aibrix(`dataset jsonl --path z.jsonl.manifest.json ${O200K} -o q.jsonl`);
    const before = await readFile(join(trial.cwd, 'q.jsonl.manifest.json'), 'utf8');
    const overManifest = await trial.aibrix('dataset inspect q.jsonl --chart q.jsonl.manifest.json');
    expect(overManifest.code).toBe(2);
    expect(await readFile(join(trial.cwd, 'q.jsonl.manifest.json'), 'utf8')).toBe(before);
    expect(await readFile(join(trial.cwd, 'z.jsonl.manifest.json'), 'utf8')).toContain('Why?');
  });
});

describe('numbers beyond any dataset', () => {
  it.each([
    'synthetic-multiturn --num-turns-std 1e308',
    'synthetic-multiturn --num-sessions-mean 1e308',
    'synthetic-multiturn --output-length-mean 1e308',
    'synthetic-shared --to-workload --rps 1e-320',
  ])('are refused: %s', async (words) => {
    const { code, stderr } = await trial.aibrix(`dataset ${words} ${O200K} -o d.jsonl`);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/must be (?:at most|above)/) });
    expect(await readdir(trial.cwd)).toEqual([]);
  });
});

describe('every kind of dataset in a config', () => {
  it.each([
    ['sharegpt', 'dataset_configs.sharegpt.target_dataset=in.json'],
    ['messages', 'dataset_configs.messages.path=m.jsonl'],
    ['csv', 'dataset_configs.csv.path=faq.csv'],
    ['jsonl', 'dataset_configs.jsonl.path=faq.jsonl'],
    ['client_trace', 'dataset_configs.client_trace.trace=r.jsonl'],
  ])('%s', async (kind, override) => {
    const files = {
      'in.json': [{ id: 'a', conversations: [{ from: 'human', value: 'Why?' }] }],
      'm.jsonl': { messages: [{ role: 'user', content: 'Why?' }] },
      'faq.jsonl': { prompt: 'Why?' },
      'r.jsonl': { request_id: 0, status: 'success', input: [{ role: 'user', content: 'Why?' }], output: 'So.' },
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(trial.cwd, name), `${JSON.stringify(content)}\n`);
    }
    await writeFile(join(trial.cwd, 'faq.csv'), 'prompt\nWhy?\n');
    await writeFile(join(trial.cwd, 'c.yaml'), `tokenizer: o200k_base\nprompt_type: ${kind}\ndataset_file: d.jsonl\n`);
    const { code, stderr } = await trial.aibrix(`benchmark --stage dataset --config c.yaml --override ${override}`);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('dataset   1 prompt') });
    expect(JSON.stringify(await dataset('d.jsonl'))).toContain('"Why?"');
  });

  it('says which path is missing', async () => {
    await writeFile(join(trial.cwd, 'c.yaml'), 'tokenizer: o200k_base\nprompt_type: csv\n');
    const { code, stderr } = await trial.aibrix('benchmark --stage dataset --config c.yaml');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('dataset_configs.csv.path: is needed with prompt_type csv'),
    });
  });
});
