import { SCHEMA_VERSION } from '@aibrix/schema';
import { type ReferenceTruth, startReferenceServer } from '@aibrix/simulator';
import { describe, expect, it } from 'vitest';
import { type CalibrationTarget, calibrateShape, LOAD_SHAPES, type LoadShape, probe, VERSION } from '../src/index.js';
import { collect } from './collect.js';

/** A reference server in this process: good enough to see that figures are what they are called, not for their size. */
const startTarget = async (): Promise<CalibrationTarget & AsyncDisposable> => {
  const server = await startReferenceServer();
  return {
    url: server.url,
    async setShape(shape) {
      await fetch(`${server.url}/shape`, { method: 'POST', body: JSON.stringify(shape) });
    },
    async takeTruth() {
      return (await (await fetch(`${server.url}/truth`)).json()) as ReferenceTruth[];
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
};

const PACED = LOAD_SHAPES.paced as LoadShape;

describe('probe', () => {
  it('offers a rate, and holds the measured TTFT against what the server knows', async () => {
    await using target = await startTarget();
    const result = await probe(target, PACED, { rate: 60, seconds: 1 });
    expect(result).toMatchObject({ rate: 60, failed: 0 });
    expect(result.requests).toBeGreaterThan(35);
    expect(result.requests).toBeLessThan(90);
    // 64 chunks, 10 ms apart, follow the last request.
    expect(result.seconds).toBeGreaterThan(0.6);
    expect(Number(result.ttft_error_p50_ms)).toBeGreaterThan(-1);
    expect(Number(result.ttft_error_p50_ms)).toBeLessThan(10);
  });

  it('sees a server whose answers take longer than it knows', async () => {
    await using target = await startTarget();
    const late: CalibrationTarget = {
      ...target,
      takeTruth: async () =>
        (await target.takeTruth()).map(([id, arrival, firstByte]) => [id, arrival, firstByte - 50]),
    };
    const { ttft_error_p50_ms: error } = await probe(late, PACED, { rate: 60, seconds: 0.5 });
    expect(Number(error)).toBeGreaterThan(49);
    expect(Number(error)).toBeLessThan(60);
  });
});

it('a run says how far it was from a ceiling that was calibrated', async () => {
  await using target = await startTarget();
  await target.setShape({ chunks: 4, firstTokenMs: 5, gapMs: null });
  const entries = Array.from({ length: 50 }, (_, index) => ({
    timestamp: index * 20,
    requests: [{ prompt: 'hello', output_length: 4 }],
  }));
  const { shape } = { shape: LOAD_SHAPES.coalesced as LoadShape };
  const calibration = {
    ...{ schema_version: SCHEMA_VERSION, client_version: VERSION, measured_at: '2026-01-01T00:00:00.000Z' },
    ...{ machine: {}, workers: 1, shapes: [{ shape, ceiling_rps: 1000, curve: [] }] },
  };
  const { record } = await collect(entries, { endpoint: target.url, preflight: 'off', calibration });
  // 50 requests a second, of 1,000.
  expect(record.calibration?.ceiling_share).toBeGreaterThan(0.03);
  expect(record.calibration?.ceiling_share).toBeLessThan(0.06);
  expect(record.calibration).toMatchObject({ reads: 50, measured_at: calibration.measured_at });
  expect(Number(record.calibration?.sent_bytes) / 50).toBeGreaterThan(100);
  const other = await collect(entries.slice(0, 2), {
    endpoint: target.url,
    preflight: 'off',
    calibration: { ...calibration, workers: 2 },
  });
  expect(other.record.calibration).toBeNull();
});

it('finds the highest rate that is valid, and measures below it', async () => {
  await using target = await startTarget();
  const rates: number[] = [];
  // With a limit that no client keeps, every rate above the lowest is too much.
  const calibration = await calibrateShape(
    target,
    { ...(LOAD_SHAPES.coalesced as LoadShape), startRate: 20 },
    {
      searchSeconds: 0.2,
      curveSeconds: 0.3,
      fractions: [0.5],
      run: { maxClientLagMs: 1e-6 },
      onProbe: ({ rate }) => rates.push(rate),
    },
  );
  expect(calibration).toMatchObject({ ceiling_rps: null, curve: [], shape: { name: 'coalesced' } });
  expect(rates).toEqual([20, 20]);
});
