import { describe, expect, test } from 'vitest';
import { objectEntries } from './object-entries.js';

const entries = (text: string) => objectEntries(Buffer.from(text), 'f.json');

describe('objectEntries', () => {
  test('finds the values where they stand, whatever texts within them hold', () => {
    const values = ['{"a": "{1: 2}"}', '{"b": "} \\" { \\\\", "c": [{}, [1]]}', '{}'];
    const text = ` {"0": ${values[0]},\n\n "21600" :\n  ${values[1]},"é":${values[2]}\n}\n`;
    const found = entries(text);
    expect(found.map(({ key, line }) => [key, line])).toEqual([
      ['0', 1],
      ['21600', 4],
      ['é', 4],
    ]);
    const bytes = Buffer.from(text);
    expect(found.map(({ offset, byteLength }) => bytes.toString('utf8', offset, offset + byteLength))).toEqual(values);
  });

  test('finds nothing in an empty object', () => {
    expect(entries('{ }')).toEqual([]);
  });

  test.for([
    ['', 1],
    ['[]', 1],
    ['{"0": 1}', 1],
    ['{"0": {"a": "x"}', 1],
    ['{"0":\n{"a": "x', 2],
    ['{"0": {}\n"1": {}}', 2],
    ['{"0": {},}', 1],
    ['{"0": {}} x', 1],
    ['{"0": {"a": [}}', 1],
  ] as const)('refuses %j', ([text, line]) => {
    expect(() => entries(text)).toThrow(`f.json:${line}: not a whole JSON object of objects`);
  });
});
