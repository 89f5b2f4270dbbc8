import { expect, it } from 'vitest';
import { textLines, textWidth } from './text-lines.js';

it('breaks at spaces, and inside a word only where it does not fit a line', () => {
  expect(textLines('one two three', 7 * 6, 10)).toEqual(['one two', 'three']);
  expect(textLines('a 0123456789', 4 * 6, 10)).toEqual(['a', '0123', '4567', '89']);
});

it('cuts a path at its joints', () => {
  expect(textLines('/data/workloads/trace.jsonl', 12 * 6, 10)).toEqual(['/data/', 'workloads/', 'trace.jsonl']);
});

it('keeps characters whole, and every one of them', () => {
  const text = '😀😀😀 ü漢字';
  expect(textLines(text, 2 * 6, 10)).toEqual(['😀😀', '😀', 'ü漢', '字']);
});

it('has no line for no text, and takes no width too small', () => {
  expect(textLines('  ', 100, 10)).toEqual([]);
  expect(textLines('ab', 0, 10)).toEqual(['a', 'b']);
});

it('is wider for more text', () => {
  expect(textWidth('abcd', 10)).toBeCloseTo(24, 9);
});
