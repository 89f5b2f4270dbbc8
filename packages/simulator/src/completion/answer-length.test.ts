import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { type AnswerLength, chooseAnswerLength } from './answer-length.js';

const choose = (
  request: { maxTokens?: number; minTokens?: number; ignoreEos?: boolean },
  seed = 0,
  promptTokens = 100,
): AnswerLength =>
  chooseAnswerLength(
    { maxTokens: request.maxTokens, minTokens: request.minTokens ?? 0, ignoreEos: request.ignoreEos ?? false },
    { promptTokens, maxModelLen: 4_096, random: createRandom(seed, 'test') },
  );

const seeds = Array.from({ length: 2_000 }, (_, seed) => seed);

describe('a fixed length', () => {
  it('is max_tokens with ignore_eos, or when min_tokens equals it', () => {
    expect(choose({ maxTokens: 500, ignoreEos: true })).toEqual({ tokens: 500, finishReason: 'length' });
    expect(choose({ maxTokens: 500, minTokens: 500 })).toEqual({ tokens: 500, finishReason: 'length' });
  });
});

describe('a drawn length', () => {
  it('has the median and mean of real conversations', () => {
    const drawn = seeds.map((seed) => choose({}, seed).tokens).sort((a, b) => a - b);
    const mean = drawn.reduce((sum, tokens) => sum + tokens, 0) / drawn.length;
    // Standard errors at n = 2,000: of the median about 1.25 · 129 · 0.99 / √n = 3.6, of the mean about 6.
    expect(Math.abs((drawn[1_000] as number) - 129)).toBeLessThan(4 * 3.6);
    expect(Math.abs(mean - 211)).toBeLessThan(4 * 6);
  });

  it('stays within the bounds of the request, and says which of them ended it', () => {
    const lengths = seeds.map((seed) => choose({ minTokens: 100, maxTokens: 200 }, seed));
    for (const { tokens, finishReason } of lengths) {
      expect(tokens).toBeGreaterThanOrEqual(100);
      expect(tokens).toBeLessThanOrEqual(200);
      expect(finishReason).toBe(tokens === 200 ? 'length' : 'stop');
    }
    expect(new Set(lengths.map(({ finishReason }) => finishReason)).size).toBe(2);
  });

  it('ends with the context when the request sets no limit', () => {
    expect(choose({ ignoreEos: true }, 0, 4_090)).toEqual({ tokens: 6, finishReason: 'length' });
  });
});

describe('the context length', () => {
  it('is filled to the last token', () => {
    expect(choose({ maxTokens: 3_996, ignoreEos: true }).tokens).toBe(3_996);
  });

  it.each([
    [{ maxTokens: 3_997 }, 100, 'max_tokens'],
    [{ minTokens: 3_997 }, 100, 'max_tokens'],
    [{}, 4_096, 'messages'],
    [{ maxTokens: 1 }, 5_000, 'messages'],
  ])('refuses %j after %i prompt tokens', (request, promptTokens, param) => {
    expect(() => choose(request, 0, promptTokens)).toThrow(
      expect.objectContaining({
        status: 400,
        param,
        message: expect.stringContaining(
          `context length is 4096 tokens, and the request has ${promptTokens} prompt tokens`,
        ),
      }),
    );
  });
});
