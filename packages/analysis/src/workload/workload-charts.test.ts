import { describe, expect, it } from 'vitest';
import { binOf, fullWorkload, wavyBins, workloadData } from '../../test/workload-chart-data.js';
import { renderSvg } from '../charts/render-svg.js';
import type { WorkloadChartData } from './workload-chart-data.js';
import { workloadCharts } from './workload-charts.js';

const idsOf = (data: WorkloadChartData): string[] => workloadCharts(data).map(({ id }) => id);

const chartOf = (data: WorkloadChartData, id: string) => {
  const chart = workloadCharts(data).find((one) => one.id === id);
  return chart ?? expect.unreachable(`there is no ${id}`);
};

const textsOf = async (data: WorkloadChartData, id: string): Promise<string[]> =>
  [...(await renderSvg(chartOf(data, id))).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

/** Points of a line, each unbroken run of them by itself. */
const linesOf = async (data: WorkloadChartData, id: string): Promise<string[][]> => {
  const line = /role-mark layer_\d_marks"[^>]*aria-roledescription="line mark container"><path d="([^"]*)"/;
  const path = line.exec(await renderSvg(chartOf(data, id)))?.[1] ?? '';
  return path
    .split('M')
    .filter((run) => run !== '')
    .map((run) => run.split('L'));
};

describe('workloadCharts', () => {
  it('draws everything that there is, in the order in which it is read', () => {
    expect(idsOf(fullWorkload())).toEqual([
      'workload-requests',
      'session-timeline',
      'workload-prompt-tokens',
      'workload-output-tokens',
      'workload-prompt-mean',
      'workload-output-mean',
      'workload-prompt-lengths',
      'workload-output-lengths',
    ]);
  });

  it('leaves out what there is nothing of', () => {
    expect(idsOf(workloadData())).toEqual([]);
    expect(idsOf(workloadData({ bins: [binOf(0, 0), binOf(1, 0)] }))).toEqual([]);
    const withoutLengths = { start_ms: 0, requests: 3, prompt_tokens: null, output_tokens: null };
    expect(idsOf(workloadData({ bins: [withoutLengths] }))).toEqual(['workload-requests']);
    const onlyPrompts = { ...withoutLengths, prompt_tokens: 30 };
    expect(idsOf(workloadData({ bins: [onlyPrompts], sessions: [] }))).toEqual([
      'workload-requests',
      'workload-prompt-tokens',
    ]);
    const noCounts = { prompt: [{ from: 1, to: 2, count: 0 }], output: null };
    expect(idsOf(workloadData({ lengths: noCounts }))).toEqual([]);
  });

  it('breaks a line where a value is missing, and where a bin is', async () => {
    const bins = Array.from({ length: 6 }, (_, index) => binOf(index, 2));
    expect(await linesOf(workloadData({ bins }), 'workload-prompt-tokens')).toHaveLength(1);
    const silent = bins.map((bin, index) => (index === 2 ? { ...bin, prompt_tokens: null } : bin));
    const broken = await linesOf(workloadData({ bins: silent }), 'workload-prompt-tokens');
    expect(broken.map((run) => run.length)).toEqual([4, 6]);
    const absent = workloadData({ bins: bins.filter((_, index) => index !== 2) });
    expect((await linesOf(absent, 'workload-requests')).map((run) => run.length)).toEqual([4, 6]);
  });

  it('fills the room under the steps of each unbroken run', async () => {
    const bins = Array.from({ length: 6 }, (_, index) => binOf(index, 2)).filter((_, index) => index !== 2);
    const svg = await renderSvg(chartOf(workloadData({ bins }), 'workload-requests'));
    const areas = [...svg.matchAll(/area mark container"><path d="([^"]*)"/g)].map(([, path]) => path ?? '');
    expect(areas).toHaveLength(1);
    // The corners above, and as many on the axis below.
    expect(areas[0]?.match(/M[^M]*/g)?.map((run) => run.match(/[ML]/g)?.length)).toEqual([8, 12]);
  });

  it('draws zero as zero, not as a gap', async () => {
    const bins = [binOf(0, 2), binOf(1, 0), binOf(2, 2)];
    for (const id of ['workload-requests', 'workload-prompt-tokens']) {
      expect(await linesOf(workloadData({ bins }), id)).toHaveLength(1);
    }
    // There is no mean of nothing.
    expect(await linesOf(workloadData({ bins }), 'workload-prompt-mean')).toHaveLength(2);
  });

  it('keeps the line of one bin as wide as the bin', async () => {
    const [[from = '', to = ''] = []] = await linesOf(workloadData({ bins: [binOf(0, 3)] }), 'workload-requests');
    expect(Number(to.split(',')[0]) - Number(from.split(',')[0])).toBeGreaterThan(300);
  });

  it.each([
    [1000, 60, 's', 8, '15'],
    [60_000, 60, 'min', 480, '15'],
    [3_600_000, 48, 'h', 3600, '2'],
    [86_400_000, 30, 'd', 86_400, '2'],
  ])('labels bins of %d ms with units', async (binMs, count, unit, perBin, tick) => {
    const texts = await textsOf(
      workloadData({ bin_ms: binMs, bins: wavyBins(count, perBin, binMs) }),
      'workload-requests',
    );
    expect(texts).toEqual(expect.arrayContaining(['Requests/s', `Time since start (${unit})`, tick]));
  });

  it('labels a million requests per second, and one in three hours', async () => {
    const fast = workloadData({ bin_ms: 100, bins: wavyBins(40, 1e5, 100) });
    expect(await textsOf(fast, 'workload-requests')).toEqual(expect.arrayContaining(['0', '1M', '2M']));
    const slow = workloadData({ bin_ms: 1e7, bins: wavyBins(40, 1, 1e7) });
    expect(await textsOf(slow, 'workload-requests')).toEqual(expect.arrayContaining(['0', '0.0001', '0.0002']));
  });

  it('says what was joined, and keeps the busiest bin in sight', () => {
    const few = chartOf(workloadData({ bins: wavyBins(300, 5) }), 'workload-requests');
    expect(few.legend.map(({ label }) => label.replace('\u00a0', ' '))).toEqual(['in each 1 s']);
    const many = chartOf(workloadData({ bins: wavyBins(5000, 5) }), 'workload-requests');
    expect(many.legend.map(({ label }) => label.replace('\u00a0', ' '))).toEqual([
      'in each 20 s',
      'busiest 1 s in each',
    ]);
  });

  it('draws the planned rate over its own time', async () => {
    const planned_rate = [
      { time_ms: 0, rate_rps: 1 },
      { time_ms: 60_000, rate_rps: 100 },
    ];
    const data = workloadData({ bins: wavyBins(30, 5), planned_rate });
    expect(await textsOf(data, 'workload-requests')).toEqual(expect.arrayContaining(['100', '60']));
    expect(chartOf(data, 'workload-requests').legend.at(-1)).toMatchObject({ label: 'planned rate', shape: 'dashed' });
    expect(await renderSvg(chartOf(data, 'workload-requests'))).toMatch(
      /stroke="var\(--amber\)"[^>]*stroke-dasharray="5,3"/,
    );
  });

  it('says how many requests state a length, where not all do', () => {
    const bins = [binOf(0, 1200), { ...binOf(1, 3), prompts_with_length: 1 }];
    const note = (id: string) => chartOf(workloadData({ bins }), id).note?.replaceAll('\u00a0', ' ');
    expect(note('workload-prompt-tokens')).toBe('In each 1 s  ·  Stated by 1,201 of 1,203 requests');
    expect(note('workload-output-tokens')).toBe('In each 1 s');
  });
});

describe('session timeline', () => {
  const dotsIn = async (data: WorkloadChartData): Promise<number> =>
    (await renderSvg(chartOf(data, 'session-timeline'))).match(/<path [^>]*fill="var\(--violet\)"/g)?.length ?? 0;

  it('has a dot per request and says how many there are', async () => {
    const data = fullWorkload();
    expect(await dotsIn(data)).toBe(120);
    const note = chartOf(data, 'session-timeline').note?.replaceAll('\u00a0', ' ');
    expect(note).toBe('12 sessions  ·  120 of 480 requests shown');
  });

  it('draws one request of one session', async () => {
    const data = workloadData({ bins: [binOf(0, 1)], sessions: [{ lane: 0, time_ms: 0 }] });
    expect(await dotsIn(data)).toBe(1);
    expect(chartOf(data, 'session-timeline').note?.replaceAll('\u00a0', ' ')).toBe('1 session  ·  1 request');
  });

  it('joins the dots of a session while there is room for its line', async () => {
    const linesFor = async (sessions: number): Promise<number> => {
      const dots = Array.from({ length: sessions * 2 }, (_, index) => ({ lane: index % sessions, time_ms: index }));
      const svg = await renderSvg(chartOf(workloadData({ sessions: dots }), 'session-timeline'));
      return svg.match(/<line [^>]*stroke="var\(--violet\)"/g)?.length ?? 0;
    };
    expect([await linesFor(60), await linesFor(61)]).toEqual([60, 0]);
  });
});
