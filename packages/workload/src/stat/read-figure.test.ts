import { describe, expect, test } from 'vitest';
import { type FigureKind, readFigure } from './read-figure.js';

const read = (text: string, kind: FigureKind = 'requests-per-second', delimiter: ',' | ';' = ',') =>
  readFigure(text, { column: 'Success', location: { file: 'a.csv', line: 7 }, kind, delimiter });

describe('readFigure', () => {
  test.for([
    ['12', 12],
    ['0', 0],
    ['1.50', 1.5],
    ['.5', 0.5],
    ['1.2e3', 1200],
    ['1,234.5', 1234.5],
    ['1,234,567', 1_234_567],
    ['1 234', 1234],
    ['1\u202F234\u00A0567.8', 1_234_567.8],
    ["1'234", 1234],
  ] as const)('reads %s as %d', ([text, value]) => {
    expect(read(text)).toEqual({ value, isRounded: false });
  });

  test.for([
    ['12.3 K', 12_300],
    ['12.3K', 12_300],
    ['1.5 Mil', 1_500_000],
    ['4.5 req/s', 4.5],
    ['4.5req/s', 4.5],
    ['1.2 K req/s', 1200],
    ['90 req/min', 1.5],
    ['90 rpm', 1.5],
    ['3 ops/s', 3],
  ] as const)('reads %s as %d, and says that it may be rounded', ([text, value]) => {
    expect(read(text)).toEqual({ value, isRounded: true });
  });

  test('knows the units of lengths', () => {
    expect(read('1,024 tokens', 'tokens').value).toBe(1024);
    expect(read('3 K tok/s', 'tokens-per-second').value).toBe(3000);
  });

  test.for(['', '  ', 'undefined', 'null', 'NaN', 'N/A', '-', '—'])('"%s" is no value', (text) => {
    expect(read(text)).toEqual({ value: null, isRounded: false });
  });

  test.for(['12,5', '0,123', '1.234,5', '1.234.567', '1 234,5', '1,2345', '1,234,5'])(
    'refuses %s, and says that decimals need a point',
    (text) => {
      expect(() => read(text)).toThrow(
        expect.objectContaining({
          code: 'input',
          message: `a.csv:7: Success is "${text}"`,
          hint: expect.stringContaining('Decimals need a point'),
        }),
      );
    },
  );

  test('does not take a comma for thousands where fields end at semicolons', () => {
    expect(() => read('1,234', 'tokens', ';')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Decimals need a point') }),
    );
  });

  test.for([
    ['abc', 'requests-per-second'],
    ['-1', 'requests-per-second'],
    ['+Inf', 'tokens'],
    ['1e999', 'tokens'],
    ['5 m', 'tokens'],
    ['5 B', 'tokens'],
    ['500 ms', 'tokens'],
    ['2 %', 'requests-per-second'],
    ['3 tokens', 'requests-per-second'],
    ['3 req/s', 'tokens'],
    ['3 req/h', 'requests-per-second'],
    ['12 34', 'requests-per-second'],
    ['1 2', 'tokens'],
    ['0x10', 'tokens'],
  ] as const)('refuses %s as %s', ([text, kind]) => {
    expect(() => read(text, kind)).toThrow(
      expect.objectContaining({
        code: 'input',
        message: expect.stringContaining('a.csv:7: Success is'),
        hint: expect.stringMatching(/^It must be a number of/),
      }),
    );
  });
});
