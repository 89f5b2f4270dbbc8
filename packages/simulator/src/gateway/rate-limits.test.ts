import { describe, expect, it } from 'vitest';
import { RateLimits } from './rate-limits.js';
import { UserTokens } from './user-tokens.js';

const MINUTE = 60_000;

describe('limits', () => {
  it('let as many requests pass as there are in a minute of the clock, of each user', () => {
    const limits = new RateLimits({ rpm: 2 });
    expect(limits.ask('a', 10_000)).toBeUndefined();
    expect(limits.ask('a', 20_000)).toBeUndefined();
    expect(limits.ask('a', 50_500)).toEqual({ limit: 'rpm', retryAfterSeconds: 10 });
    expect(limits.ask('b', 50_500)).toBeUndefined();
    expect(limits.ask('a', MINUTE)).toBeUndefined();
    expect(limits.used('a', MINUTE)).toEqual({ requests: 1, tokens: 0 });
  });

  it('let the request through that goes beyond the tokens, and none after it', () => {
    const limits = new RateLimits({ tpm: 100 });
    expect(limits.ask('a', 0)).toBeUndefined();
    limits.spend('a', 99, 1_000);
    expect(limits.ask('a', 2_000)).toBeUndefined();
    limits.spend('a', 50, 3_000);
    expect(limits.ask('a', 59_999.5)).toEqual({ limit: 'tpm', retryAfterSeconds: 1 });
    expect(limits.used('a', 59_999.5)).toEqual({ requests: 3, tokens: 149 });
    expect(limits.ask('a', MINUTE)).toBeUndefined();
  });

  it('do not count a request that the other limit refused', () => {
    const limits = new RateLimits({ rpm: 1, tpm: 1 });
    limits.ask('a', 0);
    limits.spend('a', 5, 0);
    expect(limits.ask('a', 0)?.limit).toBe('rpm');
    expect(limits.used('a', 0).requests).toBe(1);
  });
});

describe('tokens of a user', () => {
  it('are those of the last five minutes, an answer’s weighing twice', () => {
    const tokens = new UserTokens();
    tokens.add('a', { promptTokens: 100, outputTokens: 10 }, 0);
    tokens.add('a', { promptTokens: 1, outputTokens: 0 }, 4 * MINUTE);
    expect(tokens.total('a', 4 * MINUTE)).toBe(121);
    expect(tokens.total('a', 5 * MINUTE)).toBe(1);
    expect(tokens.total('a', 9 * MINUTE)).toBe(0);
    expect(tokens.total('b', 0)).toBe(0);
  });
});
