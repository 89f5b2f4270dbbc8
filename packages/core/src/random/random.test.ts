import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';
import { shuffle } from './shuffle.js';

const draws = (seed: number | string, stream: string, count: number): number[] => {
  const random = createRandom(seed, stream);
  return Array.from({ length: count }, () => random.next());
};

const correlation = (a: number[], b: number[]): number => {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[i] as number) - meanB];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return product / Math.sqrt(squareA * squareB);
};

describe('createRandom', () => {
  it('gives these numbers for ever', () => {
    expect(draws(0, 'golden', 4)).toMatchInlineSnapshot(`
      [
        0.5640818934660103,
        0.6511877618347565,
        0.1328799891756417,
        0.05188571209700954,
      ]
    `);
    const random = createRandom('text seed', 'golden');
    expect(Array.from({ length: 6 }, () => random.below(1000))).toMatchInlineSnapshot(`
      [
        537,
        507,
        632,
        404,
        531,
        797,
      ]
    `);
  });

  it('tells seeds and streams apart', () => {
    const firsts = [draws(0, 'a', 1), draws(1, 'a', 1), draws(0, 'b', 1), draws(0.5, 'a', 1), draws('a', '0', 1)];
    expect(new Set(firsts.flat()).size).toBe(5);
  });

  it('does not correlate neighbouring seeds, streams or forks', () => {
    // For independent streams of n draws, |r| stays below 4/√n in 99.99 % of cases.
    const count = 20_000;
    const bound = 4 / Math.sqrt(count);
    for (let seed = 0; seed < 10; seed++) {
      expect(Math.abs(correlation(draws(seed, 's', count), draws(seed + 1, 's', count)))).toBeLessThan(bound);
      expect(Math.abs(correlation(draws(7, `s${seed}`, count), draws(7, `s${seed + 1}`, count)))).toBeLessThan(bound);
    }
  });

  it('spreads the first draws of small seeds over [0, 1)', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => draws(seed, 's', 1)[0] as number);
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    // Standard error of the mean of 1,000 uniforms: 0.2887/√1000 = 0.0091; four of them.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0365);
    expect(Math.min(...firsts)).toBeLessThan(0.01);
    expect(Math.max(...firsts)).toBeGreaterThan(0.99);
    expect(firsts.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('gives forks that do not depend on what was drawn before', () => {
    const used = createRandom(3, 'parent');
    used.next();
    expect(used.fork('child').next()).toBe(createRandom(3, 'parent').fork('child').next());
  });

  it('draws whole numbers evenly', () => {
    const random = createRandom(1, 'below');
    const counts = new Array<number>(7).fill(0);
    const total = 70_000;
    for (let i = 0; i < total; i++) {
      const value = random.below(7);
      counts[value] = (counts[value] as number) + 1;
    }
    // Pearson's chi-squared with 6 degrees of freedom: 22.46 is exceeded once in 1,000.
    const expected = total / 7;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(22.46);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRandom(0, 's').pick([])).toThrow(RangeError);
  });
});

describe('shuffle', () => {
  it('keeps every item and is the same for a seed', () => {
    const items = Uint32Array.from({ length: 100 }, (_, i) => i);
    const shuffled = shuffle(Uint32Array.from(items), createRandom(0, 'shuffle'));
    expect(shuffled).not.toEqual(items);
    expect(Uint32Array.from(shuffled).sort()).toEqual(items);
    expect(shuffle(Uint32Array.from(items), createRandom(0, 'shuffle'))).toEqual(shuffled);
  });

  it('makes every order of three equally likely', () => {
    const random = createRandom(2, 'orders');
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Chi-squared with 5 degrees of freedom: 20.52 is exceeded once in 1,000.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(counts.size).toBe(6);
    expect(chiSquared).toBeLessThan(20.52);
  });
});
