import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { quantileOfSorted } from './quantile.js';
import { createQuantileSketch, type QuantileSketch, type QuantileSketchOptions } from './quantile-sketch.js';

const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

const sketchOf = (values: Iterable<number>, options?: QuantileSketchOptions): QuantileSketch => {
  const sketch = createQuantileSketch(options);
  for (const value of values) sketch.add(value);
  return sketch;
};

/** Latencies in seconds with a heavy tail: lognormal, median e^-1. */
const latencies = (count: number, stream = 'latencies'): Float64Array => {
  const random = createRandom(7, stream);
  return Float64Array.from({ length: count }, () => {
    const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.exp(gauss - 1);
  });
};

const errors = (sketch: QuantileSketch, values: Float64Array): number[] => {
  const sorted = values.slice().sort();
  return QUANTILES.map((q) => {
    const exact = quantileOfSorted(sorted, q) as number;
    return Math.abs((sketch.quantile(q) as number) / exact - 1);
  });
};

describe('createQuantileSketch', () => {
  it('knows nothing of no values', () => {
    const sketch = createQuantileSketch();
    expect({ ...sketch, quantile: sketch.quantile(0.5) }).toMatchObject({
      count: 0,
      min: null,
      max: null,
      sum: null,
      mean: null,
      std: null,
      isExact: true,
      quantile: null,
    });
  });

  it('is exact up to its limit', () => {
    const values = latencies(1000);
    const sketch = sketchOf(values, { exactLimit: 1000 });
    const sorted = values.slice().sort();
    expect(sketch.isExact).toBe(true);
    for (const q of [0, ...QUANTILES, 1]) expect(sketch.quantile(q)).toBe(quantileOfSorted(sorted, q));
    sketch.add(0);
    expect(sketch.isExact).toBe(false);
  });

  it('sees values added after a question', () => {
    const sketch = sketchOf([1, 2, 3]);
    expect(sketch.quantile(1)).toBe(3);
    sketch.add(9);
    expect(sketch.quantile(1)).toBe(9);
  });

  it('has mean and deviation of the sample', () => {
    const sketch = sketchOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(sketch.sum).toBe(40);
    expect(sketch.mean).toBe(5);
    expect(sketch.std).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(sketchOf([4]).std).toBeNull();
  });

  const values = latencies(200_000);
  it.each([
    { order: 'random', ordered: values },
    { order: 'sorted', ordered: values.slice().sort() },
    { order: 'reversed', ordered: values.slice().sort().reverse() },
  ])('is within 0.1 % up to p99 and 1 % at p99.9 on 200,000 values in $order order', ({ ordered }) => {
    const sketch = sketchOf(ordered, { exactLimit: 1000 });
    const measured = errors(sketch, values);
    expect(Math.max(...measured.slice(0, -1))).toBeLessThan(0.001);
    expect(measured.at(-1)).toBeLessThan(0.01);
    expect(sketch.quantile(0)).toBe(sketch.min);
    expect(sketch.quantile(1)).toBe(sketch.max);
    expect(sketch.serialise().centroids?.length).toBeLessThan(11_000);
  });

  it('gives the same bytes for the same values in the same order', () => {
    const first = JSON.stringify(sketchOf(values, { exactLimit: 1000 }).serialise());
    expect(JSON.stringify(sketchOf(values, { exactLimit: 1000 }).serialise())).toBe(first);
    expect(JSON.stringify(sketchOf(values, { exactLimit: 1000, seed: 1 }).serialise())).not.toBe(first);
  });

  it('holds weight: every value is in one centroid', () => {
    const { centroids, count } = sketchOf(values, { exactLimit: 1000 }).serialise();
    expect(centroids?.reduce((sum, [, n]) => sum + n, 0)).toBe(count);
  });

  it('merges shards to the figures of the whole, through JSON', () => {
    const shards = ['a', 'b', 'c', 'd'].map((name) => latencies(50_000, name));
    const whole = Float64Array.from(shards.flatMap((shard) => [...shard]));
    const merged = createQuantileSketch({ exactLimit: 1000 });
    for (const shard of shards) {
      merged.merge(JSON.parse(JSON.stringify(sketchOf(shard, { exactLimit: 1000 }).serialise())));
    }
    const direct = sketchOf(whole);
    expect(merged.count).toBe(200_000);
    expect(merged.min).toBe(direct.min);
    expect(merged.max).toBe(direct.max);
    expect(merged.mean).toBeCloseTo(direct.mean as number, 10);
    expect(merged.std).toBeCloseTo(direct.std as number, 10);
    expect(Math.max(...errors(merged, whole).slice(0, -1))).toBeLessThan(0.001);
  });

  it('stays exact when merged shards fit, and takes empty ones', () => {
    const merged = sketchOf([5, 1]);
    merged.merge(sketchOf([]).serialise());
    merged.merge(sketchOf([3]).serialise());
    expect(merged).toMatchObject({ isExact: true, count: 3, min: 1, max: 5, mean: 3, std: 2 });
    expect(merged.quantile(0.5)).toBe(3);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    const sketch = createQuantileSketch();
    expect(() => sketch.add(value)).toThrow(BenchmarkError);
    expect(sketch.count).toBe(0);
  });

  it.each([-0.1, 1.1, 99, Number.NaN])('refuses the quantile %d', (q) => {
    expect(() => sketchOf([1]).quantile(q)).toThrow(/between 0 and 1/);
  });
});
