import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BenchmarkError } from '@aibrix/core/errors';
import { runRecordPath } from '@aibrix/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulatedResults, simulatedRunRecord } from '../test/simulated-run.js';
import { analyse } from './analyse.js';
import { analyseFiles } from './analyse-files.js';

const RESULTS = simulatedResults({ requests: 50 });
const LINES = RESULTS.map((result) => `${JSON.stringify(result)}\n`).join('');

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analysis-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = async (action: Promise<unknown>): Promise<BenchmarkError> => {
  const error = await action.then(
    () => new Error('it was accepted'),
    (reason) => reason,
  );
  if (!BenchmarkError.is(error)) throw error;
  return error;
};

describe('analyseFiles', () => {
  it('reads results and the run record beside them', async () => {
    const run = simulatedRunRecord(RESULTS);
    await writeFile(at('output.jsonl'), LINES);
    await writeFile(at('output.run.json'), JSON.stringify(run));
    const report = await analyseFiles([at('output.jsonl')], { goodputTargets: 'e2e:10' });
    const inMemory = await analyse(RESULTS, { run, goodputTargets: 'e2e:10' });
    expect(report).toEqual({ ...inMemory, sources: report.sources });
    expect(report.sources).toEqual([
      { file: at('output.jsonl'), results: 50, cut_lines: 0, run_record: at('output.run.json') },
    ]);
  });

  it.each([
    ['a/output.jsonl', 'a/output.run.json'],
    ['output.jsonl.gz', 'output.run.json'],
    ['output.json', 'output.run.json'],
    ['output.jsonl.zst', 'output.run.json'],
    ['results', 'results.run.json'],
  ])('looks for the run record of %s at %s', (results, record) => {
    expect(runRecordPath(results)).toBe(record);
  });

  it('reads compressed results, and an array', async () => {
    await writeFile(at('a.jsonl.gz'), gzipSync(LINES));
    await writeFile(at('b.json'), JSON.stringify(RESULTS));
    const [compressed, array] = await Promise.all([analyseFiles([at('a.jsonl.gz')]), analyseFiles([at('b.json')])]);
    expect(compressed.verdict).toBe('unknown');
    expect(array.distributions).toEqual(compressed.distributions);
  });

  it('takes the worst verdict of several files, and says how many', async () => {
    await writeFile(at('a.jsonl'), LINES);
    await writeFile(at('b.jsonl'), LINES);
    await writeFile(at('a.run.json'), JSON.stringify(simulatedRunRecord(RESULTS)));
    const half = await analyseFiles([at('a.jsonl'), at('b.jsonl')]);
    expect(half.verdict).toBe('unknown');
    expect(half.verdict_reason).toContain('1 of the result files have no run record');
    const late = simulatedRunRecord(RESULTS, { verdict: 'client-bound', verdict_reason: 'It was late.' });
    await writeFile(at('b.run.json'), JSON.stringify(late));
    const both = await analyseFiles([at('a.jsonl'), at('b.jsonl')]);
    expect(both).toMatchObject({
      verdict: 'client-bound',
      verdict_reason: 'It was late. (1 of 2 runs: client-bound)',
      counts: { offered: 100 },
    });
    expect(both.runs).toHaveLength(2);
  });

  it('leaves out a last line that a kill cut off, and counts it', async () => {
    await writeFile(at('cut.jsonl'), LINES.slice(0, -100));
    const report = await analyseFiles([at('cut.jsonl')]);
    expect(report.counts.offered).toBe(49);
    expect(report.sources[0]?.cut_lines).toBe(1);
    expect(report.notes[0]).toContain('The last line of');
  });

  it.each([
    { name: 'no JSON', line: '{"request_id": 1,\n', says: 'not valid JSON' },
    { name: 'a number that is text', line: '{"request_id":1,"status":"success","latency":"2"}\n', says: 'latency' },
    { name: 'gaps that are text', line: '{"request_id":1,"status":"success","itl":["a"]}\n', says: 'itl[0]' },
    { name: 'another status', line: '{"request_id":1,"status":"fine"}\n', says: 'status' },
    { name: 'no result', line: '7\n', says: 'expected object' },
  ])('refuses $name with file and line', async ({ line, says }) => {
    await writeFile(at('bad.jsonl'), `${LINES}${line}${LINES}`);
    const error = await refusal(analyseFiles([at('bad.jsonl')]));
    expect(error.code).toBe('input');
    expect(error.message).toContain(`${at('bad.jsonl')}:51: `);
    expect(error.message).toContain(says);
  });

  it('refuses an empty file and a missing one, by name', async () => {
    await writeFile(at('empty.jsonl'), '');
    const empty = await refusal(analyseFiles([at('empty.jsonl')]));
    expect(empty.code).toBe('input');
    expect(empty.message).toContain(at('empty.jsonl'));
    expect((await refusal(analyseFiles([at('missing.jsonl')]))).code).toBe('file-not-found');
  });

  it.each([
    { content: '{', says: 'not valid JSON' },
    { content: '{"schema_version":"aibrix.benchmark.v9"}', says: 'schema version "aibrix.benchmark.v9" is not' },
    { content: 'null', says: 'schema version' },
    { content: JSON.stringify({ ...simulatedRunRecord([]), verdict: 'fine' }), says: 'verdict' },
  ])('refuses a run record that cannot be used: $content', async ({ content, says }) => {
    await writeFile(at('output.jsonl'), LINES);
    await writeFile(at('output.run.json'), content);
    const error = await refusal(analyseFiles([at('output.jsonl')]));
    expect(error.code).toBe('input');
    expect(error.message).toContain(at('output.run.json'));
    expect(error.message).toContain(says);
  });

  it('refuses goodput targets before it reads anything', async () => {
    const error = await refusal(analyseFiles([at('missing.jsonl')], { goodputTargets: 'tpt:1' }));
    expect(error.hint).toBe('Did you mean tpot?');
  });
});
