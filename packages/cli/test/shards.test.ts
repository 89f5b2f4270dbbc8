import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRealClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

const client = (): string =>
  `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --max-client-lag-ms 1000 --output-file-path`;

const report = async (folder: string) =>
  JSON.parse(await readFile(join(trial.cwd, folder, 'report.json'), 'utf8')) as {
    verdict: string;
    notes: string[];
    counts: { offered: number; succeeded: number };
    runs: { options: { shard: unknown } }[];
  };

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('aibrix client', () => {
  it('sends from worker threads', async () => {
    await trial.workload(steady(40, 10));
    await trial.succeed(`${client()} o.jsonl --workers 2`);
    const results = await trial.results('o.jsonl');
    expect(results.map((result) => Number(result.request_id)).sort((a, b) => a - b)).toEqual(range(40));
    expect(new Set(results.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
  });

  it('replays a workload from several processes that begin together, whose results are one report', async () => {
    await trial.workload(steady(40, 10));
    const startAt = (createRealClock().now() + 6000) / 1000;
    await Promise.all(
      [0, 1].map((index) => trial.succeed(`${client()} ${index}.jsonl --shard ${index}/2 --start-at ${startAt}`)),
    );
    const results = [...(await trial.results('0.jsonl')), ...(await trial.results('1.jsonl'))];
    expect(results.map((result) => Number(result.request_id)).sort((a, b) => a - b)).toEqual(range(40));
    for (const result of results) {
      expect(result.planned_time).toBeCloseTo(startAt + Number(result.request_id) * 0.01, 5);
    }
    await trial.succeed('analysis --trace 0.jsonl 1.jsonl --output both --format json');
    expect(await report('both')).toMatchObject({ verdict: 'valid', notes: [], counts: { offered: 40, succeeded: 40 } });
    await trial.succeed('analysis --trace 1.jsonl --output half --format json');
    expect((await report('half')).notes).toEqual(['This is a part of the run: of 2 shards, 0 are not here.']);
  });

  it('takes the part of a workload that `aibrix workload shard` cuts out', async () => {
    await trial.workload(
      range(60).map((index) => ({
        timestamp: index,
        requests: [{ prompt: 'p', prompt_length: 1, ...(index % 3 === 0 && { session_id: `s${index % 12}` }) }],
      })),
    );
    await trial.succeed('workload shard --input-file w.jsonl --shard 1/3 -o part.jsonl');
    await trial.succeed(`${client()} o.jsonl --shard 1/3`);
    const part = (await trial.requests('part.jsonl')).map(({ id }) => id);
    const taken = (await trial.results('o.jsonl')).map(({ workload_id: id }) => id);
    expect(taken.toSorted()).toEqual(part.toSorted());
    expect(taken.length).toBeGreaterThan(5);
  });

  it.each([
    ['--shard 2/2', 'shard: "2/2" is no shard: it is i/n, with i from 0 below n'],
    ['--shard one', 'shard: "one" is no shard'],
    ['--start-at 2030-01-31T12:00:00', 'start_at: expected a time'],
    ['--start-at 2001-09-10T00:00:00Z', 'startAtMs: that time had passed'],
    ['--workers 0', 'workers: expected a whole number from 1, found 0'],
  ])('refuses %s with exit code 2', async (flags, message) => {
    await trial.workload(steady(2, 10));
    const { code, stderr } = await trial.aibrix(`${client()} o.jsonl ${flags}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('the library', () => {
  it('has workers in a program that is text, too', async () => {
    const program = `
      import { runWorkload } from '@aibrix/client';
      const workload = Array.from({ length: 20 }, (_, index) => ({ timestamp: index, requests: [{ prompt: 'p' }] }));
      const run = runWorkload(workload, { endpoint: '${trial.url}', model: 'sim', workers: 2 });
      for await (const { status, worker } of run) console.log(status, worker);
    `;
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(20);
    expect(new Set(lines)).toEqual(new Set(['success 0', 'success 1']));
  });
});

describe('aibrix benchmark', () => {
  it('takes the same as keys', async () => {
    await trial.workload(steady(20, 10));
    await trial.write(
      'c.yaml',
      `workload_file: w.jsonl\nclient_output: r\nendpoint: ${trial.url}\ntarget_model: sim\nworkers: 2\nshard: 0/1\nmax_client_lag_ms: 1000\n`,
    );
    await trial.succeed('benchmark --config c.yaml --stage client');
    const results = await trial.results('r/output.jsonl');
    expect(results).toHaveLength(20);
    expect(new Set(results.map(({ worker, shard }) => `${worker} ${shard}`))).toEqual(new Set(['0 0', '1 0']));
  });

  it('tells of both when they cannot be read', async () => {
    await trial.write('c.yaml', 'workload_file: w.jsonl\nshard: 5/2\nstart_at: soon\n');
    const { code, stderr } = await trial.aibrix('benchmark --config c.yaml --stage client');
    expect(code).toBe(2);
    expect(stderr).toContain('shard: "5/2" is no shard');
    expect(stderr).toContain('start_at: expected a time');
  });
});

describe('the Kubernetes example', () => {
  const file = fileURLToPath(new URL('../../../examples/kubernetes/indexed-job.yaml', import.meta.url));

  /** A container's argument as Kubernetes expands it. */
  const expanded = (text: string, variables: Record<string, string>): string =>
    text.replace(/\$\((?<name>\w+)\)/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`no variable ${name}`);
      return value;
    });

  it('is a job whose pods replay all of a workload together', async () => {
    const startAt = new Date(Math.ceil(createRealClock().now()) + 12_000).toISOString();
    const job = parse((await readFile(file, 'utf8')).replace('${START_AT}', startAt));
    const { completionMode, completions, parallelism, backoffLimit, template } = job.spec;
    expect({ kind: job.kind, completionMode, backoffLimit }).toEqual({
      kind: 'Job',
      completionMode: 'Indexed',
      backoffLimit: 0,
    });
    // All at once, or the later ones would miss the start.
    expect(parallelism).toBe(completions);
    const [container] = template.spec.containers;
    const [{ mountPath }] = container.volumeMounts;
    const set = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );

    await trial.workload(steady(60, 10));
    await trial.write('workload.jsonl', await readFile(join(trial.cwd, 'w.jsonl'), 'utf8'));
    const runs = range(completions).map((index) => {
      const words: string[] = container.args.map((text: string) =>
        expanded(text, { ...set, JOB_COMPLETION_INDEX: String(index) })
          .replace(`${mountPath}/`, '')
          .replace(/^--endpoint=.*/, `--endpoint=${trial.url}`)
          .replace(/^--model=.*/, '--model=sim'),
      );
      return trial.succeed(`${words.join(' ')} --max-client-lag-ms 10000`);
    });
    await Promise.all(runs);
    const results = await Promise.all(range(completions).map((index) => trial.results(`results/shard-${index}.jsonl`)));
    expect(
      results
        .flat()
        .map((result) => Number(result.request_id))
        .sort((a, b) => a - b),
    ).toEqual(range(60));
    expect(new Set(results.flat().map(({ shard }) => shard))).toEqual(new Set(range(completions)));
  }, 60_000);
});
