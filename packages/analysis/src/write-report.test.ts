import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulatedResults } from '../test/simulated-run.js';
import { analyse } from './analyse.js';
import { checkReportFormats, writeReport } from './write-report.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true }));

const report = analyse(simulatedResults({ requests: 100 }));

describe('writeReport', () => {
  it('writes all formats into a folder that it makes', async () => {
    const output = join(folder, 'deep', 'er');
    const written = await writeReport(await report, output);
    expect(written).toEqual([
      { format: 'json', path: join(output, 'report.json') },
      { format: 'md', path: join(output, 'report.md') },
      { format: 'html', path: join(output, 'report.html') },
    ]);
    expect((await readdir(output)).toSorted()).toEqual(['report.html', 'report.json', 'report.md']);
    expect(JSON.parse(await readFile(join(output, 'report.json'), 'utf8'))).toEqual(await report);
    expect(await readFile(join(output, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('writes only what is asked for, once', async () => {
    const written = await writeReport(await report, folder, { formats: ['md', 'md'] });
    expect(written.map(({ format }) => format)).toEqual(['md']);
    expect(await readdir(folder)).toEqual(['report.md']);
  });

  it('says when a file cannot be written', async () => {
    await writeFile(join(folder, 'taken'), '');
    const writing = writeReport(await report, join(folder, 'taken'), { formats: ['json'] });
    await expect(writing).rejects.toMatchObject({ code: 'output' });
  });

  it('writes nothing when one of the formats is wrong', async () => {
    await expect(writeReport(await report, folder, { formats: ['json', 'pdf'] })).rejects.toThrow(BenchmarkError);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('checkReportFormats', () => {
  it.each(['csv', 'svg', 'png', 'pdf'])('says that %s is not built yet', (format) => {
    expect(() => checkReportFormats([format])).toThrow(expect.objectContaining({ code: 'not-built' }));
  });

  it('suggests a format for a slip', () => {
    expect(() => checkReportFormats(['json', 'htm'])).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean html? Formats are json, md, html.' }),
    );
  });
});
