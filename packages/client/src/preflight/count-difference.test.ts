import { describe, expect, it } from 'vitest';
import { countDifference } from './count-difference.js';

describe('countDifference', () => {
  it('is nothing where both count the same', () => {
    expect(countDifference({ counted: 12, stated: 12, countMode: 'prompt' })).toBeNull();
  });

  it('blames a chat template only for more tokens, and for one in the singular', () => {
    expect(countDifference({ counted: 13, stated: 12, countMode: 'prompt' })).toMatch(
      /^the server counts 1 token more.*chat template;/,
    );
    expect(countDifference({ counted: 10, stated: 12, countMode: 'prompt' })).toBe(
      'the server counts 2 tokens fewer than the workload states (10 instead of 12): it has another tokenizer than the workload was made with',
    );
  });
});
