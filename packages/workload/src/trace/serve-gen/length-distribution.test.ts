import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { lengthDistribution } from './length-distribution.js';
import { parsePythonDict } from './python-dict.js';

const where = { name: 'input_tokens', location: { file: 'f', line: 2 } };
const of = (text: string) => lengthDistribution(parsePythonDict(text, where), where);

describe('lengthDistribution', () => {
  test('gives the length at each share, in whatever order the table is', () => {
    const lengths = of('{640: 0.5, 7: 0.25, 99: 0, 512: 0.25}');
    expect([0, 0.25, 0.2501, 0.5, 0.500_001, 0.999_999, 1].map(lengths.quantile)).toEqual([
      7, 7, 512, 512, 640, 640, 640,
    ]);
  });

  test('gives each length as often as its probability says', () => {
    const lengths = of('{1: 0.1, 2: 0.2, 3: 0.7}');
    const random = createRandom(0, 'lengths');
    const counts = new Map<number, number>();
    const total = 20_000;
    for (let draw = 0; draw < total; draw++) {
      const length = lengths.quantile(random.next());
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    const chiSquared = [0.1, 0.2, 0.7].reduce((sum, probability, index) => {
      const expected = probability * total;
      return sum + ((counts.get(index + 1) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // Pearson's chi-squared with 2 degrees of freedom: 13.82 is exceeded once in 1,000.
    expect(chiSquared).toBeLessThan(13.82);
  });

  test('takes probabilities that are 1 but for rounding', () => {
    expect(of('{1: 0.33333, 2: 0.33333, 3: 0.33333}').quantile(0.999_999_9)).toBe(3);
  });

  test.for([
    ['{1.5: 1}', 'a length is 1.5'],
    ['{-1: 1}', 'a length is -1'],
    ['{1: -0.5, 2: 1.5}', 'a probability is -0.5'],
    ['{1: 0.5, 2: 0.4}', 'the probabilities are 0.9 in sum'],
  ] as const)('refuses %s', ([text, problem]) => {
    expect(() => of(text)).toThrow(`f:2: input_tokens: ${problem}`);
  });
});
