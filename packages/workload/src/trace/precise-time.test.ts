import { describe, expect, test } from 'vitest';
import { millisecondsBetween, parsePreciseTime } from './precise-time.js';

const between = (from: string, to: string): number => {
  const [start, end] = [parsePreciseTime(from), parsePreciseTime(to)];
  if (!start || !end) throw new Error('not a time');
  return millisecondsBetween(start, end);
};

describe('parsePreciseTime', () => {
  test('keeps seven decimals', () => {
    expect(between('2023-11-16 18:15:46.6805900', '2023-11-16 18:15:46.6805901')).toBe(0.0001);
    expect(between('2023-11-16 18:15:46.6805900', '2023-11-16 18:15:50.9951690')).toBe(4314.579);
  });

  test.for([
    '2023-11-16 18:15:46.5',
    '2023-11-16T18:15:46.5Z',
    '2023-11-16 18:15:46.500000000+00:00',
    '2023-11-16 19:15:46.5 +01:00',
    '2023-11-16 12:45:46.5-0530',
  ])('reads %s', (text) => {
    expect(parsePreciseTime(text)).toEqual({ epochSeconds: 1_700_158_546, nanoseconds: 500_000_000 });
  });

  test('reads times without decimals, and passes midnight and leap days', () => {
    expect(between('2024-02-28 23:59:59', '2024-03-01 00:00:00')).toBe(86_401_000);
  });

  test.for([
    '',
    '2023-11-16',
    '2023-02-30 00:00:00',
    '2023-13-01 00:00:00',
    '2023-11-16 24:00:00',
    '2023-11-16 18:60:00',
    '2023-11-16 18:15:61',
    '2023-11-16 18:15:46.12345678901',
    'NaN',
    '1700158546',
  ])('refuses "%s"', (text) => {
    expect(parsePreciseTime(text)).toBeUndefined();
  });
});
