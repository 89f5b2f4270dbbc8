import { describe, expect, it } from 'vitest';
import { parseStartTime } from './start-time.js';

describe('parseStartTime', () => {
  it.each([
    ['2030-01-31T12:00:00Z', 1_896_091_200_000],
    ['2030-01-31T14:00:00.250+02:00', 1_896_091_200_250],
    ['2030-01-31T12:00Z', 1_896_091_200_000],
    ['1896091200', 1_896_091_200_000],
    ['1896091200.5', 1_896_091_200_500],
    [1_896_091_200, 1_896_091_200_000],
  ])('reads %j', (value, timeMs) => {
    expect(parseStartTime(value)).toBe(timeMs);
  });

  it.each([
    '2030-01-31T12:00:00',
    '2030-01-31',
    'tomorrow',
    '',
    '12:00',
    '1896091200000',
    '60',
    '2030-13-31T12:00:00Z',
  ])('refuses %j, which hosts could take for different times', (text) => {
    expect(() => parseStartTime(text)).toThrow('start_at: expected a time');
  });
});
