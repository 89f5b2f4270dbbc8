import { expect, it } from 'vitest';
import type { Histogram } from './histogram-chart.js';
import { renderHistogramSvg } from './histogram-svg.js';

const histogram = (edges: readonly number[], counts: readonly number[]): Histogram => ({
  title: 'Prompt tokens',
  quantity: 'Tokens',
  of: 'prompts',
  bins: counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count })),
  marks: [
    { name: 'p50', value: 12 },
    { name: 'p99', value: 40 },
  ],
});

const drawn = async (...histograms: Histogram[]): Promise<string> =>
  (await renderHistogramSvg('Lengths', histograms)) ?? '';

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

/** Width and height of each bar. */
const bars = (svg: string): [number, number][] =>
  [...svg.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z" fill="var\(--blue\)"/g)].map(
    ([, , , width, height]) => [Number(width), Number(height)],
  );

it('draws bins of one width on a linear axis, counts as heights', async () => {
  const svg = await drawn(histogram([10, 12, 14, 16], [5, 10, 0]));
  const [first, second, third] = bars(svg);
  expect(second?.[1]).toBeCloseTo(2 * (first?.[1] ?? 0), 1);
  expect(third?.[1]).toBe(0);
  expect(first?.[0]).toBeCloseTo(second?.[0] ?? 0, 1);
  expect(texts(svg)).toEqual(expect.arrayContaining(['Prompt tokens', 'Tokens', 'Prompts per 2 tokens', 'p50']));
  expect(texts(svg).join()).toContain('15 prompts');
  // It lies beyond the bins.
  expect(texts(svg)).not.toContain('p99');
});

it('draws bins of different widths on a logarithmic axis, counts as areas', async () => {
  const svg = await drawn(histogram([10, 20, 80, 100], [6, 6, 1]));
  const [first, second] = bars(svg);
  expect(second?.[0]).toBeCloseTo(2 * (first?.[0] ?? 0), 4);
  expect((second?.[0] ?? 0) * (second?.[1] ?? 0)).toBeCloseTo((first?.[0] ?? 0) * (first?.[1] ?? 0), -1);
  expect(texts(svg)).toEqual(expect.arrayContaining(['10', '20', '50', '100', 'Prompts per doubling']));
});

it('gives zero a place on a logarithmic axis', async () => {
  const svg = await drawn({ ...histogram([0, 1, 2, 4, 8], [3, 3, 2, 1]), marks: [{ name: 'p50', value: 0 }] });
  expect(texts(svg)).toEqual(expect.arrayContaining(['0', '1', '2', '5']));
  expect(svg).not.toMatch(/NaN|Infinity/);
  const [zero, one] = bars(svg);
  expect(zero?.[0]).toBeCloseTo(one?.[0] ?? 0, 1);
});

it('names marks of one value together', async () => {
  const one = { ...histogram([7, 8], [4]), marks: ['p50', 'p99'].map((name) => ({ name, value: 7 })) };
  const svg = await drawn(one);
  expect(texts(svg)).toContain('p50, p99');
  expect(bars(svg)).toHaveLength(1);
});

it('is a file that stands alone, with colours for light and dark', async () => {
  const svg = await drawn(histogram([1, 2, 3], [1, 2]), { ...histogram([1, 2], [1]), title: 'Output tokens' });
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.match(/<svg /g)).toHaveLength(3);
  expect(svg).toContain('prefers-color-scheme: dark');
  for (const [, name] of svg.matchAll(/var\((--[\w-]+)\)/g)) expect(svg).toContain(`${name}: #`);
});

it('escapes what it is about', async () => {
  const svg = await renderHistogramSvg('a <b> & "c"', [histogram([1, 2], [1])]);
  expect(svg).toContain('<title id="histograms-title">a &lt;b&gt; &amp; &quot;c&quot;</title>');
});

it('draws nothing of nothing', async () => {
  expect(await renderHistogramSvg('x', [histogram([], [])])).toBeNull();
});
