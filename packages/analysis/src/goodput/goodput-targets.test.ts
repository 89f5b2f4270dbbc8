import { BenchmarkError } from '@aibrix/core/errors';
import { describe, expect, it } from 'vitest';
import { checkTargetsMeasurable, parseGoodputTargets } from './goodput-targets.js';

const refusal = (action: () => unknown): BenchmarkError => {
  try {
    action();
  } catch (error) {
    if (BenchmarkError.is(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('parseGoodputTargets', () => {
  it('reads one target, as the Python tool writes it', () => {
    expect(parseGoodputTargets('tpot:0.5')).toEqual([{ metric: 'tpot', limitSeconds: 0.5 }]);
  });

  it('reads several, with spaces', () => {
    expect(parseGoodputTargets(' ttft:500ms, e2e : 10s,ttft_scheduled:1e-1 ')).toEqual([
      { metric: 'ttft', limitSeconds: 0.5 },
      { metric: 'e2e', limitSeconds: 10 },
      { metric: 'ttft_scheduled', limitSeconds: 0.1 },
    ]);
  });

  it.each([
    { spec: 'tpt:0.5', says: 'no metric "tpt"', hint: 'Did you mean tpot?' },
    { spec: 'throughput:3', says: 'no metric "throughput"', hint: 'Metrics are ttft, tpot, e2e' },
    { spec: 'ttft', says: '"ttft" is not metric:seconds', hint: 'ttft:0.5' },
    { spec: 'ttft:0.5:1', says: 'is not metric:seconds', hint: 'ttft:0.5' },
    { spec: 'ttft:0.5,', says: '"" is not metric:seconds', hint: 'ttft:0.5' },
    { spec: '', says: '"" is not metric:seconds', hint: 'ttft:0.5' },
    { spec: 'ttft:500min', says: '"500min" is not a limit', hint: '500ms' },
    { spec: 'ttft:ms', says: '"ms" is not a limit', hint: '500ms' },
    { spec: 'ttft:', says: '"" is not a limit', hint: 'seconds' },
    { spec: 'ttft:0', says: '"0" is not a limit', hint: 'above 0' },
    { spec: 'ttft:-1', says: 'is not a limit', hint: 'above 0' },
    { spec: 'ttft:Infinity', says: 'is not a limit', hint: 'seconds' },
    { spec: 'ttft:1,ttft:2', says: 'ttft is there twice', hint: 'stricter' },
  ])('refuses "$spec" with what is wrong and what to do', ({ spec, says, hint }) => {
    const error = refusal(() => parseGoodputTargets(spec));
    expect(error.code).toBe('usage');
    expect(error.message).toContain(`goodput target "${spec}"`);
    expect(error.message).toContain(says);
    expect(error.hint).toContain(hint);
  });
});

describe('checkTargetsMeasurable', () => {
  it.each(['ttft:1', 'tpot:1', 'e2e:1,ttft_scheduled:1'])('refuses %s without streaming', (spec) => {
    const targets = parseGoodputTargets(spec);
    expect(refusal(() => checkTargetsMeasurable(targets, { isStreaming: false })).code).toBe('usage');
    expect(() => checkTargetsMeasurable(targets, { isStreaming: true })).not.toThrow();
  });

  it('takes targets on whole responses', () => {
    const targets = parseGoodputTargets('e2e:1,e2e_scheduled:2');
    expect(() => checkTargetsMeasurable(targets, { isStreaming: false })).not.toThrow();
  });
});
