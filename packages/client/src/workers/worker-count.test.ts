import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../run-settings.js';
import { workerCount } from './worker-count.js';

const settings = (options: object) => resolveSettings({ endpoint: 'http://x', model: 'm', workers: 4, ...options });

describe('workerCount', () => {
  it('is what was asked for', () => {
    expect(workerCount(settings({}), 8)).toEqual({ workers: 4, warnings: [] });
    expect(workerCount(settings({ concurrency: 4, maxConcurrentSessions: 100 }), 4)).toEqual({
      workers: 4,
      warnings: [],
    });
  });

  it('is no more than a limit can be divided by, and says so', () => {
    const { workers, warnings } = workerCount(settings({ concurrency: 3, maxConcurrentSessions: 2 }), 8);
    expect(workers).toBe(2);
    expect(warnings).toEqual([
      'concurrency 3 is less than the 4 workers asked for: 3 are used',
      'maxConcurrentSessions 2 is less than the 3 workers asked for: 2 are used',
    ]);
  });

  it('warns of more workers than processors', () => {
    expect(workerCount(settings({}), 2).warnings).toEqual([
      '4 workers share 2 logical CPUs: each may be late for the others’ sake',
    ]);
  });
});
