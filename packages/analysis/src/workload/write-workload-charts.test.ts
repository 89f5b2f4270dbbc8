import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binOf, fullWorkload, wavyBins, workloadData } from '../../test/workload-chart-data.js';
import { svgToPdf } from '../drawing/svg-to-pdf.js';
import { svgToPng } from '../drawing/svg-to-png.js';
import { renderWorkloadHtml } from './render-workload-html.js';
import { renderWorkloadSvg } from './render-workload-svg.js';
import type { WorkloadChartData } from './workload-chart-data.js';
import { CHART_FORMATS, checkChartFormats, writeWorkloadCharts } from './write-workload-charts.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charts-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refused = (work: Promise<unknown>): Promise<BenchmarkError> =>
  work.then(
    () => expect.unreachable(),
    (error) => (BenchmarkError.is(error) ? error : expect.unreachable(String(error))),
  );

describe('writeWorkloadCharts', () => {
  it('writes every format, the same bytes each time', async () => {
    const paths = await writeWorkloadCharts(join(folder, 'deep', 'workload'), fullWorkload(), CHART_FORMATS);
    expect(paths).toEqual(CHART_FORMATS.map((format) => join(folder, 'deep', `workload.${format}`)));
    const again = await writeWorkloadCharts(join(folder, 'again'), fullWorkload(), CHART_FORMATS);
    for (const [index, path] of paths.entries()) {
      const [one, two] = await Promise.all([readFile(path), readFile(again[index] as string)]);
      expect(one.length).toBeGreaterThan(5000);
      expect(one.equals(two), path).toBe(true);
    }
    expect((await readdir(folder)).length).toBe(5);
  });

  it('writes only what is asked for, once', async () => {
    expect(await writeWorkloadCharts(join(folder, 'w'), workloadData(), ['html', 'svg', 'html'])).toEqual([
      join(folder, 'w.html'),
      join(folder, 'w.svg'),
    ]);
    expect((await readdir(folder)).toSorted()).toEqual(['w.html', 'w.svg']);
  });

  it('writes nothing when the data cannot be drawn', async () => {
    const broken = workloadData({ bin_ms: 0, bins: [{ ...binOf(0, 1), requests: -1 }] });
    const error = await refused(writeWorkloadCharts(join(folder, 'w'), broken, CHART_FORMATS));
    expect(error.code).toBe('usage');
    expect(error.message).toContain('bin_ms: must be above 0');
    expect(error.message).toContain('bins[0].requests');
    expect(await readdir(folder)).toEqual([]);
  });

  it('says when a file cannot be written', async () => {
    await mkdir(join(folder, 'w.svg'));
    expect(await refused(writeWorkloadCharts(join(folder, 'w'), workloadData(), ['svg']))).toMatchObject({
      code: 'output',
    });
  });

  it.each([
    [[], 'no chart format is named'],
    [['pgn'], 'there is no chart format "pgn"'],
  ])('refuses the formats %j before it draws', async (formats, message) => {
    expect(await refused(writeWorkloadCharts(join(folder, 'w'), workloadData(), formats))).toMatchObject({
      code: 'usage',
      message,
    });
  });

  it('knows what was meant', () => {
    expect(() => checkChartFormats(['pgn'])).toThrow(
      expect.objectContaining({ hint: 'Did you mean png? Formats are svg, png, pdf, html.' }),
    );
  });
});

describe('every workload', () => {
  const cases: [string, WorkloadChartData][] = [
    ['no request', workloadData()],
    ['one request', workloadData({ bins: [binOf(0, 1)], sessions: [{ lane: 0, time_ms: 0 }] })],
    ['no lengths', workloadData({ bins: [{ start_ms: 0, requests: 9, prompt_tokens: null, output_tokens: null }] })],
    ['5,000 bins', workloadData({ bins: wavyBins(5000, 3) })],
    ['1,000,000 requests per second', workloadData({ bin_ms: 1, bins: wavyBins(200, 1000, 1) })],
    ['a request in three hours', workloadData({ bin_ms: 1e7, bins: wavyBins(200, 1, 1e7) })],
    ['a start late in a trace', workloadData({ bins: [{ ...binOf(0, 4), start_ms: 9.5e8 }] })],
    ['everything', fullWorkload()],
  ];

  it.each(cases)('is drawn in every format: %s', async (_, data) => {
    const [svg, html] = [await renderWorkloadSvg(data), await renderWorkloadHtml(data)];
    for (const text of [svg, html]) expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect((await svgToPng(svg, { scale: 0.5 })).length).toBeGreaterThan(1000);
    expect((await svgToPdf(svg)).length).toBeGreaterThan(1000);
  });

  it('without requests says so', async () => {
    expect(await renderWorkloadSvg(workloadData())).toContain('There is no request to draw.');
    expect(await renderWorkloadHtml(workloadData())).toContain('There is no request to draw.');
  });
});

describe('renderWorkloadHtml', () => {
  it('is one file that loads nothing, with facts, charts and notes', async () => {
    const html = await renderWorkloadHtml(fullWorkload());
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|\bsrc=|\bhref=|url\(/);
    expect(html).toContain('<dt>Requests</dt><dd>480</dd>');
    expect(html.match(/<figure>/g)).toHaveLength(8);
    expect(html).toContain('<li>Made for a test.</li>');
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps text from outside as text', async () => {
    const hostile = '<img src=x>';
    const data = workloadData({ title: hostile, facts: [{ label: hostile, value: hostile }], notes: [hostile] });
    expect(await renderWorkloadHtml(data)).not.toContain('<img');
    expect(await renderWorkloadSvg(data)).not.toContain('<img');
  });
});

describe('data', () => {
  it('of bins out of order are refused', async () => {
    const error = await refused(renderWorkloadSvg(workloadData({ bins: [binOf(1, 1), binOf(0, 1)] })));
    expect(error.message).toBe('data of workload charts: bins[1] does not start after the one before it');
  });

  it('with a misspelt field are refused', async () => {
    const data = { ...workloadData(), plannedRate: [] };
    expect((await refused(renderWorkloadHtml(data))).message).toContain('plannedRate');
  });
});
