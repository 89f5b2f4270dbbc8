import { describe, expect, test } from 'vitest';
import { parsePythonDict } from './python-dict.js';

const location = { file: 'chunk-1-dataset.json', line: 3 };
const parse = (text: string) => {
  const { keys, values } = parsePythonDict(text, { name: 'input_tokens', location });
  return [...keys].map((key, index) => [key, values[index]]);
};

describe('parsePythonDict', () => {
  test.for([
    ['{}', []],
    [' { } ', []],
    [
      '{12: 0.25, 640: 0.75}',
      [
        [12, 0.25],
        [640, 0.75],
      ],
    ],
    ['{12:1}', [[12, 1]]],
    [
      '{12: 0.5,\n 13: .5,}',
      [
        [12, 0.5],
        [13, 0.5],
      ],
    ],
    [
      '{"12": 5e-05, \'13\': 1.E+0}',
      [
        [12, 0.00005],
        [13, 1],
      ],
    ],
    [
      '{0.0: 0.0, 0.002: 1.0}',
      [
        [0, 0],
        [0.002, 1],
      ],
    ],
    ['{-3: +4}', [[-3, 4]]],
  ] as const)('reads %s', ([text, pairs]) => {
    expect(parse(text)).toEqual(pairs);
  });

  test.for([
    ['', 1, '{ is needed, found the end'],
    ['[1]', 1, '{ is needed, found "[1]"'],
    ['{1: 2', 6, ', or } is needed, found the end'],
    ['{1 2}', 4, ': is needed, found "2}"'],
    ['{1: 2 3: 4}', 7, ', or } is needed, found "3: 4}"'],
    ['{1: 2}}', 7, 'the end is needed, found "}"'],
    ['{,}', 2, 'a number is needed, found ",}"'],
    ['{1: nan}', 5, 'a number is needed, found "nan}"'],
    ['{1: {2: 3}}', 5, 'a number is needed, found "{2: 3}}"'],
    ['{"1: 2}', 4, '" is needed, found ": 2}"'],
    ['{1: __import__("os").system("true")}', 5, 'a number is needed, found "__import__(\\""'],
    ['{2**9: 1}', 3, ': is needed, found "**9: 1}"'],
  ] as const)('refuses %s, and says where', ([text, character, problem]) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'input',
        message: `chunk-1-dataset.json:3: input_tokens, character ${character}: ${problem}`,
      }),
    );
  });
});
