import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatCount,
  formatFraction,
  formatNumber,
  formatSeconds,
  formatWithUnit,
  timeUnitFor,
} from './quantity.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [3, '3'],
    [0.012345, '0.0123'],
    [1.2345, '1.23'],
    [62.97, '63.0'],
    [0.99996, '1.00'],
    [1234.5, '1,235'],
    [1234567, '1,234,567'],
    [-0.5, '-0.500'],
    [null, '–'],
  ])('formatNumber(%d) is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0.000412, '0.412 ms'],
    [0.5, '500 ms'],
    [0.9999, '1,000 ms'],
    [1, '1 s'],
    [98.76, '98.8 s'],
    [null, '–'],
  ])('formatSeconds(%d) is %s', (value, text) => {
    expect(plain(formatSeconds(value))).toBe(text);
  });

  it.each([
    [1, '100 %'],
    [0, '0 %'],
    [0.99222, '99.22 %'],
    [0.999999, '> 99.99 %'],
    [0.0000001, '< 0.01 %'],
    [null, '–'],
  ])('never rounds a share up to all or down to none: formatFraction(%d) is %s', (value, text) => {
    expect(plain(formatFraction(value))).toBe(text);
  });

  it('counts things', () => {
    expect(plain(formatAmount(1, 'request'))).toBe('1 request');
    expect(plain(formatAmount(2000, 'request'))).toBe('2,000 requests');
    expect(formatCount(null)).toBe('–');
    expect(plain(formatWithUnit(2.5, 'tokens/s'))).toBe('2.50 tokens/s');
  });

  it('changes from ms to s at one second', () => {
    expect([0.999, 1, null].map((seconds) => timeUnitFor(seconds).name)).toEqual(['ms', 's', 'ms']);
  });
});
