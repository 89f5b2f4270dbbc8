import type { QuantileSketch } from '@aibrix/metrics';
import { type Distribution, QUANTILES, type QuantileName } from '../report.js';

const NAMES = Object.keys(QUANTILES) as QuantileName[];

/** What a sketch has seen, as a report states it. */
export const distributionOf = (sketch: QuantileSketch): Distribution => ({
  count: sketch.count,
  mean: sketch.mean,
  std: sketch.std,
  min: sketch.min,
  max: sketch.max,
  p50: sketch.quantile(QUANTILES.p50),
  p75: sketch.quantile(QUANTILES.p75),
  p90: sketch.quantile(QUANTILES.p90),
  p95: sketch.quantile(QUANTILES.p95),
  p99: sketch.quantile(QUANTILES.p99),
  p99_9: sketch.quantile(QUANTILES.p99_9),
  thin: sketch.count === 0 ? [] : NAMES.filter((name) => sketch.isThin(QUANTILES[name])),
  is_exact: sketch.isExact,
});

/** From 0 to 1 in hundredths, and the tail in finer steps. */
export const CURVE_QUANTILES: readonly number[] = [
  ...Array.from({ length: 100 }, (_, hundredth) => hundredth / 100),
  0.995,
  0.999,
  1,
];

/** The quantile function of a sketch at `CURVE_QUANTILES`; null for no values. */
export const curveOf = (sketch: QuantileSketch): number[] | null =>
  sketch.count === 0 ? null : CURVE_QUANTILES.map((q) => sketch.quantile(q) as number);
