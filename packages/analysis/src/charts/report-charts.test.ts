import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { simulatedResults } from '../../test/simulated-run.js';
import { analyse } from '../analyse.js';
import type { Chart } from './chart.js';
import { renderSvg } from './render-svg.js';
import { reportCharts } from './report-charts.js';

const chartsOf = async (results: RequestResult[]): Promise<Map<string, Chart>> => {
  const groups = reportCharts(await analyse(results));
  return new Map(groups.flatMap(({ charts }) => charts).map((chart) => [chart.id, chart]));
};

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

describe('reportCharts', () => {
  it('leaves out charts that would be empty', async () => {
    const withoutFailures = await chartsOf(simulatedResults({ requests: 300, failures: 0 }));
    expect([...withoutFailures.keys()]).toEqual([
      'ttft-over-time',
      'latency-over-time',
      'ttft-distribution',
      'tpot-distribution',
      'itl-distribution',
      'latency-distribution',
      'requests-over-time',
      'tokens-over-time',
      'concurrency-over-time',
      'client-lag-over-time',
    ]);
    const onlyErrors = await chartsOf(simulatedResults({ requests: 300, failures: 1 }));
    expect([...onlyErrors.keys()]).toEqual([
      'requests-over-time',
      'concurrency-over-time',
      'client-lag-over-time',
      'errors-over-time',
    ]);
    // One request has many gaps, and nothing else to draw.
    const one = await chartsOf(simulatedResults({ requests: 1, failures: 0 }));
    expect([...one.keys()]).toEqual(['itl-distribution']);
  });

  it('labels axes with units, and goes over to minutes for long runs', async () => {
    const short = await chartsOf(simulatedResults({ requests: 300 }));
    const ttft = texts(await renderSvg(short.get('ttft-over-time') as Chart));
    expect(ttft).toContain('TTFT (ms)');
    expect(ttft).toContain('Time since start (s)');
    const latency = texts(await renderSvg(short.get('latency-over-time') as Chart));
    expect(latency).toContain('Latency (s)');
    const long = await chartsOf(simulatedResults({ requests: 800, ratePerSecond: 1 }));
    expect(texts(await renderSvg(long.get('ttft-over-time') as Chart))).toContain('Time since start (min)');
  });

  it('draws a wide spread on a logarithmic axis with its ticks named', async () => {
    const spread = simulatedResults({ requests: 300, failures: 0 }).map((result, index) => ({
      ...result,
      latency: 10 ** (index / 100 - 1),
    }));
    const chart = (await chartsOf(spread)).get('latency-distribution') as Chart;
    expect(texts(await renderSvg(chart))).toEqual(expect.arrayContaining(['0.2', '1', '10', '50']));
    expect(chart.legend.map(({ label }) => label.replaceAll('\u00a0', ' '))).toEqual(['p50 3.13 s', 'p99 91.2 s']);
  });

  it('names four classes of errors and puts the rest together', async () => {
    const failures = simulatedResults({ requests: 300, failures: 1 }).map((result, index) => ({
      ...result,
      error_type: ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'd', 'd', 'e', 'f'][index % 11] ?? 'a',
    }));
    const chart = (await chartsOf(failures)).get('errors-over-time') as Chart;
    expect(chart.legend.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'others']);
  });
});

it('escapes what it says of a chart', async () => {
  const chart: Chart = {
    id: 'x',
    title: '<b>',
    description: '"&$1"',
    legend: [],
    spec: { data: { values: [{ a: 1 }] }, mark: 'point', encoding: { x: { field: 'a', type: 'quantitative' } } },
  };
  const svg = await renderSvg(chart);
  expect(svg).toContain('<title id="x-title">&lt;b&gt;</title><desc id="x-desc">&quot;&amp;$1&quot;</desc>');
});
