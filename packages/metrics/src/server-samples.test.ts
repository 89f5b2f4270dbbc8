import type { ServerMetricsRecord } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { type ServerSample, serverSamples } from './server-samples.js';

const record = (time: number, more: Partial<ServerMetricsRecord>): ServerMetricsRecord => ({
  time,
  scrape_seconds: 0,
  endpoint: 'http://x/metrics',
  phase: 'during',
  series: [],
  samples: [],
  ...more,
});

const all = async (records: ServerMetricsRecord[]): Promise<ServerSample[]> => {
  const samples: ServerSample[] = [];
  for await (const sample of serverSamples(records)) samples.push(sample);
  return samples;
};

describe('serverSamples', () => {
  const a = { id: 0, name: 'a', type: 'gauge', labels: { pod: '1' } } as const;
  const b = { id: 1, name: 'b_total', type: 'counter', labels: {} } as const;

  it('gives each value its series, told in this record or in one before', async () => {
    const samples = await all([
      record(1, { series: [a], samples: [[0, 5]] }),
      record(2, { series: [], samples: [], error: 'HTTP 500' }),
      record(3, {
        series: [b],
        samples: [
          [1, 7],
          [0, 6, 2.5],
        ],
      }),
    ]);
    expect(samples.map(({ time, series, value }) => [time, series, value])).toEqual([
      [1, a, 5],
      [3, b, 7],
      [3, a, 6],
    ]);
  });

  it('gives back what JSON has no number for', async () => {
    const samples = await all([
      record(1, {
        series: [a],
        samples: [
          [0, 'NaN'],
          [0, '+Inf'],
          [0, '-Inf'],
        ],
      }),
    ]);
    expect(samples.map(({ value }) => value)).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it('leaves out values whose series it never met', async () => {
    expect(await all([record(1, { samples: [[9, 1]] })])).toEqual([]);
  });
});
