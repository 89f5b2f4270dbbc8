import { describe, expect, it } from 'vitest';
import { elapsedAxisOf, formatSpan } from './elapsed-axis.js';

describe('elapsedAxisOf', () => {
  it.each([
    [0.5, 'ms', 0.5],
    [999, 'ms', 999],
    [1000, 's', 1],
    [599_000, 's', 599],
    [600_000, 'min', 10],
    [14_400_000, 'h', 4],
    [432_000_000, 'd', 5],
  ])('an axis of %d ms is in %s', (ms, unit, end) => {
    const axis = elapsedAxisOf(0, ms);
    expect(axis.title).toBe(`Time since start (${unit})`);
    expect(axis.domain).toEqual([0, end]);
    expect(axis.position(ms)).toBe(end);
  });

  it('takes its unit from its length, not from where it lies', () => {
    expect(elapsedAxisOf(1_000_000, 1_030_000)).toMatchObject({ title: 'Time since start (s)', domain: [1000, 1030] });
  });

  it('has a length where there is none', () => {
    expect(elapsedAxisOf(0, 0).domain).toEqual([0, 1]);
  });
});

it.each([
  [250, '250 ms'],
  [1500, '1,500 ms'],
  [10_000, '10 s'],
  [90_000, '90 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
  [0.5, '0.5 ms'],
])('formatSpan(%d) is %s', (ms, text) => {
  expect(formatSpan(ms).replaceAll('\u00a0', ' ')).toBe(text);
});
