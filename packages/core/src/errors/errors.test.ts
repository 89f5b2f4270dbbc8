import { describe, expect, it } from 'vitest';
import { BenchmarkError } from './benchmark-error.js';
import { closestMatch } from './closest-match.js';

describe('BenchmarkError', () => {
  it('puts the place before the message and keeps hint and cause', () => {
    const cause = new Error('why');
    const error = new BenchmarkError('input', 'bad', { location: { file: 'a.jsonl', line: 7 }, hint: 'fix it', cause });
    expect(error.message).toBe('a.jsonl:7: bad');
    expect(error).toMatchObject({ code: 'input', hint: 'fix it', cause, name: 'BenchmarkError' });
  });

  it('is recognised across copies of the package, and nothing else is', async () => {
    const other = (await import('../../dist/errors/index.js')) as { BenchmarkError: typeof BenchmarkError };
    const foreign = new other.BenchmarkError('usage', 'from another copy');
    expect(foreign instanceof BenchmarkError).toBe(false);
    expect(BenchmarkError.is(foreign)).toBe(true);
    expect(BenchmarkError.is(new Error('plain'))).toBe(false);
    expect(BenchmarkError.is({ code: 'input' })).toBe(false);
    expect(BenchmarkError.is(null)).toBe(false);
  });
});

describe('closestMatch', () => {
  const keys = ['target_qps', 'duration_ms', 'interval_ms', 'endpoint'];
  it.each([
    ['target_qsp', 'target_qps'],
    ['durationMs', 'duration_ms'],
    ['duration-ms', 'duration_ms'],
    ['endpont', 'endpoint'],
    ['endpoint_url', 'endpoint'],
    ['temperature', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(closestMatch(word, keys)).toBe(expected);
  });
});
