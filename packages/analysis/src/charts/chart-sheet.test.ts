import { expect, it } from 'vitest';
import { simulatedResults } from '../../test/simulated-run.js';
import { analyse } from '../analyse.js';
import { svgToPdf } from '../drawing/svg-to-pdf.js';
import { svgToPng } from '../drawing/svg-to-png.js';
import { CHART_WIDTH, type Chart, COLOUR } from './chart.js';
import { type ChartSheet, renderChartSheet } from './chart-sheet.js';
import { reportCharts } from './report-charts.js';

const chart = (id: string, more: Partial<Chart> = {}): Chart => ({
  id,
  title: `Title of ${id}`,
  description: 'What it shows',
  legend: [],
  spec: {
    data: { values: [{ a: 1, b: 2 }] },
    mark: { type: 'point', color: COLOUR.blue },
    encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'b', type: 'quantitative' } },
  },
  ...more,
});

const sheet = (more: Partial<ChartSheet> = {}): Promise<string> =>
  renderChartSheet({ title: 'A sheet', charts: [], withoutCharts: 'Nothing here.', facts: [], notes: [], ...more });

/** Where each drawing lies. */
const places = (svg: string): { x: number; y: number; width: number; height: number }[] =>
  [...svg.matchAll(/<svg x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/g)].map((match) => {
    const [x = 0, y = 0, width = 0, height = 0] = match.slice(1).map(Number);
    return { x, y, width, height };
  });

const sizeOf = (svg: string): number[] => (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).slice(1).map(Number);

it('puts two charts in a row, and a wide one in a row for itself', async () => {
  const svg = await sheet({
    charts: [chart('a'), chart('wide', { isWide: true }), chart('b'), chart('c'), chart('d')],
  });
  const drawn = places(svg);
  expect(drawn.map(({ x }) => x > 0)).toEqual([false, false, false, true, false]);
  expect(drawn.map(({ width }) => width > 2 * CHART_WIDTH)).toEqual([false, true, false, false, false]);
  expect(drawn[2]?.y).toBe(drawn[3]?.y);
});

it('gives a chart the height of its specification', async () => {
  const tall = chart('tall');
  const svg = await sheet({ charts: [{ ...tall, spec: { ...tall.spec, height: 333 } as Chart['spec'] }] });
  expect(places(svg)[0]?.height).toBe(333);
  expect(sizeOf(svg)[1]).toBeGreaterThan(333);
});

it('keeps drawings of a row level when only one has a legend', async () => {
  const legend = [{ label: 'a line', colour: COLOUR.red, shape: 'dashed' as const }];
  const drawn = places(await sheet({ charts: [chart('a', { legend, note: 'noted' }), chart('b')] }));
  expect(drawn[0]?.y).toBe(drawn[1]?.y);
});

it('says that there is no chart', async () => {
  const svg = await sheet();
  expect(svg).toContain('>Nothing here.</text>');
  expect(await sheet({ charts: [chart('a')] })).not.toContain('Nothing here.');
});

it('is wider for facts and higher for notes', async () => {
  const [width = 0, height = 0] = sizeOf(await sheet({ charts: [chart('a')] }));
  const withFacts = sizeOf(await sheet({ charts: [chart('a')], facts: [{ label: 'Requests', value: '12' }] }));
  const withNotes = sizeOf(await sheet({ charts: [chart('a')], notes: ['word '.repeat(100)] }));
  expect(withFacts[0]).toBeGreaterThan(width);
  expect(withFacts[1]).toBe(height);
  expect(withNotes[0]).toBe(width);
  expect(withNotes[1]).toBeGreaterThan(height + 40);
});

it('stands alone, in light and in dark, with no two ids alike', async () => {
  const svg = await sheet({ charts: [chart('a'), chart('b')] });
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('prefers-color-scheme: dark');
  for (const [, name] of svg.matchAll(/var\((--[\w-]+)\)/g)) expect(svg).toContain(`${name}: #`);
  const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('keeps text from outside as text', async () => {
  const hostile = '<script>&"\u0000';
  const svg = await sheet({ title: hostile, facts: [{ label: hostile, value: hostile }], notes: [hostile] });
  expect(svg).not.toContain('<script');
  expect(svg.match(/&lt;script&gt;&amp;&quot;\ufffd/g)).toHaveLength(5);
});

it('takes the charts of a run report, which become PNG and PDF too', async () => {
  const report = await analyse(simulatedResults({ requests: 500, failures: 0.05 }));
  const charts = reportCharts(report).flatMap((group) => group.charts);
  expect(charts.length).toBeGreaterThan(10);
  const svg = await sheet({ charts });
  expect(places(svg)).toHaveLength(charts.length);
  expect((await svgToPng(svg)).length).toBeGreaterThan(50_000);
  expect((await svgToPdf(svg)).length).toBeGreaterThan(10_000);
});
