import { describe, expect, it } from 'vitest';
import { splitLimit } from './split-limit.js';

describe('splitLimit', () => {
  it('gives parts that differ by one at most, and together are the limit', () => {
    for (let workers = 1; workers <= 9; workers++) {
      for (let limit = workers; limit < 40; limit++) {
        const parts = Array.from({ length: workers }, (_, worker) => Number(splitLimit(limit, worker, workers)));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(limit);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        expect(Math.min(...parts)).toBeGreaterThan(0);
      }
    }
  });

  it('leaves no limit none', () => {
    expect(splitLimit(null, 0, 3)).toBeNull();
  });
});
