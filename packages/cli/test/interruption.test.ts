import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runRecordSchema } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import type { CliResult } from './run-cli.js';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

describe('Ctrl-C', () => {
  const interrupted = async (signals: NodeJS.Signals[], flags = ''): Promise<CliResult> => {
    await trial.workload(steady(2000, 20));
    return trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl ${flags}`,
      {
        onStart: (child) => {
          const waitForResults = setInterval(async () => {
            const text = await readFile(join(trial.cwd, 'o.jsonl'), 'utf8').catch(() => '');
            if (text.split('\n').length < 20) return;
            clearInterval(waitForResults);
            for (const signal of signals) {
              child.kill(signal);
              await new Promise((resolve) => setTimeout(resolve, 600));
            }
          }, 50);
        },
      },
    );
  };

  it.each<[string, NodeJS.Signals[], string?]>([
    ['once', ['SIGINT']],
    ['twice', ['SIGINT', 'SIGINT']],
    ['as SIGTERM', ['SIGTERM']],
    ['once, with worker threads', ['SIGINT'], '--workers 2'],
  ])('%s: one result line a request, exit 130', async (_, signals, flags) => {
    const { code, stderr } = await interrupted(signals, flags);
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    const all = await trial.results('o.jsonl');
    expect(all).toHaveLength(2000);
    expect(new Set(all.map((result) => result.request_id)).size).toBe(2000);
    const unsent = all.filter((result) => result.start_time === null);
    expect(unsent.every((result) => result.error_type === 'cancelled')).toBe(true);
    expect(all.length - unsent.length).toBeGreaterThan(15);
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(trial.cwd, 'o.run.json'), 'utf8')));
    expect(record).toMatchObject({
      ended_early: 'interrupted',
      counts: { offered: 2000 },
      verdict_figures: { unsent: 0 },
    });
  });

  it('ends a generator at once, and leaves nothing under the final name', async () => {
    const { code, stderr } = await trial.aibrix(
      'dataset synthetic-multiturn --tokenizer cl100k_base --num-sessions-mean 3000000 -o d.jsonl',
      {
        onStart: (child) => {
          const waitForFile = setInterval(async () => {
            if ((await readdir(trial.cwd)).length === 0) return;
            clearInterval(waitForFile);
            child.kill('SIGINT');
          }, 50);
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(await readdir(trial.cwd)).toEqual([]);
  });

  it('SIGKILL leaves whole lines', async () => {
    const { code } = await interrupted(['SIGKILL']);
    expect(code).toBe(null);
    const text = await readFile(join(trial.cwd, 'o.jsonl'), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect((await trial.results('o.jsonl')).length).toBeGreaterThan(15);
    expect(existsSync(join(trial.cwd, 'o.run.json'))).toBe(false);
  });
});
