import { describe, expect, test } from 'vitest';
import { createTimeReader } from './read-time.js';

const location = { file: 'a.csv', line: 4 };
const read = (text: string, unit: 'any' | 'ms' | 's' = 'any') =>
  createTimeReader({ column: 'Time', unit }).read(text, location);
const NOON = Date.UTC(2024, 0, 31, 12, 0, 0);

describe('createTimeReader', () => {
  test.for([
    '1706702400000',
    '1706702400',
    '1706702400.0',
    '1706702400000000',
    '1706702400000000000',
    '2024-01-31 12:00:00',
    '2024-01-31T12:00:00Z',
    '2024-01-31T12:00:00.000Z',
    '2024-01-31 20:00:00+08:00',
    '2024-01-31 20:00:00 +0800',
    '2024-01-31 06:30:00-05:30',
    '2024/01/31 12:00:00',
    '2024-01-31 12:00',
    '2024-01-31 12:00:00,000',
    '2024-01-31 12:00:00 UTC',
  ])('reads %s', (text) => {
    expect(read(text)).toBe(NOON);
  });

  test('keeps fractions of a second', () => {
    expect(read('2024-01-31 12:00:00.25')).toBe(NOON + 250);
    expect(read('1706702400.5')).toBe(NOON + 500);
  });

  test('takes a number for what the mapping says it is', () => {
    expect(read('15', 's')).toBe(15_000);
    expect(read('15', 'ms')).toBe(15);
  });

  test('says whether there were dates without a zone', () => {
    const [bare, zoned] = [1, 2].map(() => createTimeReader({ column: 'Time', unit: 'any' }));
    bare?.read('2024-01-31 12:00:00', location);
    zoned?.read('2024-01-31 12:00:00Z', location);
    expect([bare?.hasNoZone, zoned?.hasNoZone]).toEqual([true, false]);
  });

  test.for([
    ['', 'It must be a date'],
    ['yesterday', 'It must be a date'],
    ['2024-02-30 12:00:00', 'It must be a date'],
    ['60', 'time_s'],
    ['01/02/2024 12:00:00', 'Day and month'],
    ['1.7067E+12', 'spreadsheet'],
    ['-1706702400', 'It must be a date'],
  ] as const)('refuses "%s"', ([text, hint]) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'input',
        message: `a.csv:4: Time is "${text}"`,
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test.for([
    ['1706702400000', '1706702400'],
    ['1706702400', '2024-01-31 12:00:00'],
    ['2024-01-31 12:00:00', '2024-01-31 12:00:00Z'],
  ] as const)('refuses %s and then %s in one file', ([first, second]) => {
    const times = createTimeReader({ column: 'Time', unit: 'any' });
    times.read(first, location);
    expect(() => times.read(second, { file: 'a.csv', line: 5 })).toThrow(/^a\.csv:5: Time is .* rows before have/);
  });
});
