import { BenchmarkError } from '@aibrix/core/errors';
import { describe, expect, it } from 'vitest';
import { packError, unpackError } from './carried-error.js';

const carried = (error: unknown): Error => unpackError(structuredClone(packError(error)));

describe('an error that crosses threads', () => {
  it('keeps its code, its message and its hint', () => {
    const error = carried(
      new BenchmarkError('input', 'no prompt', { hint: 'Add one.', location: { file: 'w.jsonl', line: 3 } }),
    );
    if (!BenchmarkError.is(error)) throw new Error('it is no BenchmarkError');
    expect([error.code, error.message, error.hint]).toEqual(['input', 'w.jsonl:3: no prompt', 'Add one.']);
  });

  it('stays unexpected when it was, with its stack', () => {
    const cause = new TypeError('x is not a function');
    const error = carried(cause);
    expect(BenchmarkError.is(error)).toBe(false);
    expect([error.message, error.stack]).toEqual([cause.message, cause.stack]);
    expect(carried('just text').message).toBe('just text');
  });
});
