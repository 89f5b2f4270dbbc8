import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { formatPath } from './format-path.js';
import { parseOptions } from './parse-options.js';

const schemaOf = (
  validate: (value: unknown) => StandardSchemaV1.Result<number>,
): StandardSchemaV1<unknown, number> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

describe('parseOptions', () => {
  it('gives what the schema makes of the options', () => {
    expect(
      parseOptions(
        schemaOf((value) => ({ value: Number(value) + 1 })),
        4,
        'adder',
      ),
    ).toBe(5);
  });

  it('names every problem with its path and owner', () => {
    const issues = [{ message: 'too low', path: ['mixes', 0, 'rate'] }, { message: 'contradict each other' }];
    const parse = (): number =>
      parseOptions(
        schemaOf(() => ({ issues })),
        {},
        'maker',
      );
    expect(parse).toThrow('maker: mixes[0].rate: too low; contradict each other');
  });
});

describe('formatPath', () => {
  it.each([
    [[], ''],
    [['a', 'b'], 'a.b'],
    [[0, { key: 'x' }, 2], '[0].x[2]'],
  ])('%j → %s', (path, expected) => {
    expect(formatPath(path)).toBe(expected);
  });
});
