import { describe, expect, it } from 'vitest';
import { FIXED_DATE, formatFixedDate } from './fixed-date.js';

describe('formatFixedDate', () => {
  it('tells the fixed date whatever the day, the time zone and the language', () => {
    const date = new Date(FIXED_DATE);
    expect(formatFixedDate('%d %b %Y')).toBe('26 Jul 2024');
    expect(formatFixedDate('%A, %B %-d, %Y at %I:%M %p %Z (%j, %u) 100%%')).toBe(
      'Friday, July 26, 2024 at 12:00 PM UTC (208, 5) 100%',
    );
    expect(formatFixedDate('%FT%TZ')).toBe(FIXED_DATE);
    expect(date.getUTCDay()).toBe(Number(formatFixedDate('%w')));
  });

  it('refuses what it does not know, and leaves text alone', () => {
    expect(() => formatFixedDate('%Q')).toThrow('%Q');
    expect(formatFixedDate('today')).toBe('today');
  });
});
