import { describe, expect, it } from 'vitest';
import { serverMetricsPath, serverMetricsRecordSchema } from './server-metrics-record.js';

describe('serverMetricsPath', () => {
  it.each([
    ['out/output.jsonl', 'out/output.server.jsonl'],
    ['out/output.json', 'out/output.server.jsonl'],
    ['output.jsonl.gz', 'output.server.jsonl.gz'],
    ['output.jsonl.zst', 'output.server.jsonl.zst'],
    ['output', 'output.server.jsonl'],
  ])('puts the metrics of %s into %s', (results, metrics) => {
    expect(serverMetricsPath(results)).toBe(metrics);
  });
});

describe('serverMetricsRecordSchema', () => {
  const record = {
    time: 1.5,
    scrape_seconds: 0.01,
    endpoint: 'http://x/metrics',
    phase: 'during',
    series: [{ id: 0, name: 'a', type: 'gauge', labels: {} }],
    samples: [
      [0, 1.5],
      [1, 'NaN'],
      [2, '+Inf', 3.25],
    ],
  };

  it('reads a record back, what it does not know of included', () => {
    const read = serverMetricsRecordSchema.parse({ ...record, pod: 'a' });
    expect(read).toEqual({ ...record, pod: 'a' });
  });

  it('refuses a value that is none, and a phase that there is not', () => {
    expect(serverMetricsRecordSchema.safeParse({ ...record, samples: [[0, 'many']] }).success).toBe(false);
    expect(serverMetricsRecordSchema.safeParse({ ...record, phase: 'later' }).success).toBe(false);
  });
});
