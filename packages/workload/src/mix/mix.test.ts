import { describe, expect, test } from 'vitest';
import { mixSchema, parseMix } from './mix.js';

describe('parseMix', () => {
  test.for([
    [
      'base=3,lora-a=1',
      [
        ['base', 3],
        ['lora-a', 1],
      ],
    ],
    [
      'a,b,c',
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
    ],
    [
      ' a = 0.5 , b',
      [
        ['a', 0.5],
        ['b', 1],
      ],
    ],
    ['org/model:tag=v2=2e3', [['org/model:tag=v2', 2000]]],
  ] as const)('reads %s', ([text, parts]) => {
    const mix = parseMix(text);
    expect(mix).toEqual(parts.map(([name, weight]) => ({ name, weight })));
    expect(mixSchema.parse(mix)).toEqual(mix);
  });

  test.for(['', 'a,,b', 'a=', '=1', 'a=0', 'a=-1', 'a=x', 'a=Infinity', 'a=1e10', 'a=1,a=2'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseMix(text)).toThrow(
        expect.objectContaining({ code: 'usage', message: expect.stringContaining(JSON.stringify(text)) }),
      );
    },
  );
});
