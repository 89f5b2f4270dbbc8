import { spawnSync } from 'node:child_process';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkloadRequest } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { BIN } from './run-cli.js';
import { useTrial } from './trial.js';

const trial = useTrial();

describe('tools on workloads', () => {
  const make = (seed: number, folder: string): Promise<string> =>
    trial.succeed(
      `workload constant --seed ${seed} --target-qps 20 --duration-ms 3000 --length-mode exact --target-prompt-len 8 --tokenizer o200k_base --output-dir ${folder} --charts none`,
    );

  it('concat, merge, shape, shard and sort keep every request, and state what they did', async () => {
    await make(1, 'a');
    await make(2, 'b');
    const [a, b] = [await trial.requests('a/workload.jsonl'), await trial.requests('b/workload.jsonl')];
    const inputs = '--input-files a/workload.jsonl b/workload.jsonl';
    await trial.succeed(`workload concat ${inputs} -o both.jsonl`);
    await trial.succeed(`workload merge ${inputs} -o merged.jsonl.gz`);
    const prompts = (requests: WorkloadRequest[]): string[] => requests.map(({ prompt }) => prompt ?? '').toSorted();
    const all = prompts([...a, ...b]);
    expect(prompts(await trial.requests('both.jsonl'))).toEqual(all);
    const merged = await trial.requests('merged.jsonl.gz');
    expect(prompts(merged)).toEqual(all);
    expect(new Set(merged.map(({ id }) => id))).toHaveLength(merged.length);

    for (const shard of [0, 1, 2]) {
      await trial.succeed(`workload shard --input-file both.jsonl --shard ${shard}/3 -o part-${shard}.jsonl`);
    }
    const parts = await Promise.all([0, 1, 2].map((shard) => trial.requests(`part-${shard}.jsonl`)));
    expect(prompts(parts.flat())).toEqual(all);

    await trial.succeed(
      'workload shape --input-file both.jsonl --from-ms 1000 --to-ms 2000 --rate-scale 2 --max-requests 5 --model-mix m -o shaped.jsonl',
    );
    const shaped = await trial.entries('shaped.jsonl');
    expect(shaped.flatMap(({ requests }) => requests)).toHaveLength(5);
    expect(
      shaped.every(({ timestamp, requests }) => timestamp < 500 && requests.every(({ model }) => model === 'm')),
    ).toBe(true);

    const reversed = (await readFile(join(trial.cwd, 'both.jsonl'), 'utf8')).trimEnd().split('\n').toReversed();
    await trial.write('reversed.jsonl', `${reversed.join('\n')}\n`);
    await trial.succeed('workload sort --input-file reversed.jsonl -o sorted.jsonl');
    expect(await trial.requests('sorted.jsonl')).toEqual(await trial.requests('both.jsonl'));
    for (const file of ['both.jsonl', 'merged.jsonl.gz', 'part-1.jsonl', 'shaped.jsonl', 'sorted.jsonl']) {
      expect(await trial.succeed(`workload inspect ${file}`)).toMatch(
        /SHA-256 and (?:counts|all that the file tells) agree/,
      );
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
    const written = await readFile(path, 'utf8');
    await writeFile(path, written.replace('"prompt_length":8', '"prompt_length":9'));
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

  it('inspect says that lengths are of another tokenizer', async () => {
    await trial.succeed(
      'workload constant --length-mode exact --tokenizer o200k_base --target-qps 3 --target-prompt-len 8 --output-dir o --charts none',
    );
    const { code, stderr } = await trial.aibrix('workload inspect o/workload.jsonl --verify --tokenizer cl100k_base');
    expect(code).toBe(1);
    expect(stderr).toMatch(/the tokenizer cl100k_base is not the one that the manifest names: its SHA-256 differs/);
  });

  it('one that replaces the manifest of its input is refused', async () => {
    await make(1, 'a');
    const before = await readFile(join(trial.cwd, 'a/workload.jsonl.manifest.json'), 'utf8');
    const { code, stderr } = await trial.aibrix(
      'workload shape --input-file a/workload.jsonl -o a/workload.jsonl.manifest.json',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/is the input itself, or its manifest would overwrite that/);
    expect(await readFile(join(trial.cwd, 'a/workload.jsonl.manifest.json'), 'utf8')).toBe(before);
  });

  it.skipIf(process.platform !== 'linux')(
    'a full disk behind stdout is an error, and the workload is whole',
    async () => {
      const words = 'workload constant --no-text --target-qps 5 --charts none --json --output-dir o'.split(' ');
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, BIN, ...words],
        {
          cwd: trial.cwd,
          encoding: 'utf8',
        },
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(/error stdout: ENOSPC/);
      expect((await trial.requests('o/workload.jsonl')).length).toBe(
        (await trial.manifest('o/workload.jsonl')).records,
      );
    },
  );

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
    [
      'agent --agent-config long.yaml --tokenizer o200k_base --output-dir o',
      /long\.yaml: turns_per_session: must be at most 10000/,
    ],
    ['sessions --prompt-file w.jsonl --think-time soon --output-dir o', /"soon" is no think time/],
    ['sessions --prompt-file w.jsonl --think-time 1e300 --output-dir o', /mean_ms must be at most 1000000000/],
    ['constant --no-text --target-qps 1e300 --output-dir o', /targetQps: must be at most/],
    ['constant --no-text --target-prompt-len 1e12 --output-dir o', /targetPromptTokens: must be at most/],
    [
      'synthetic --no-text --duration-ms 1e12 --interval-ms 1 --output-dir o',
      /intervalMs: makes more than 1000000 intervals/,
    ],
    ['shape --input-file w.jsonl --time-scale 1e20 -o x.jsonl', /time: must be at most/],
    ['servegen --no-text --length-mode exact --output-dir o', /folder/],
  ])('refuse %s', async (words, message) => {
    await trial.write('w.jsonl', '{"timestamp":0,"requests":[{"prompt":"a"}]}\n');
    await trial.write('long.yaml', 'turns_per_session: 20000\n');
    const { code, stderr } = await trial.aibrix(`workload ${words}`);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect((await readdir(trial.cwd)).filter((name) => !['w.jsonl', 'long.yaml', 'o'].includes(name))).toEqual([]);
  });
});
