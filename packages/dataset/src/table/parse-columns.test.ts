import { describe, expect, test } from 'vitest';
import { parseColumns } from './parse-columns.js';
import { describeColumns } from './table-columns.js';

describe('parseColumns', () => {
  test('reads what each column holds, in any order and in any way of writing', () => {
    expect(
      parseColumns(' completion = the answer , prompt=a=b,prompt-tokens=n,completion_tokens=m,session=s,system=y'),
    ).toEqual({
      prompt: 'a=b',
      completion: 'the answer',
      promptTokens: 'n',
      completionTokens: 'm',
      session: 's',
      system: 'y',
    });
  });

  test('reads back what describeColumns writes', () => {
    const columns = { prompt: 'q', completion: 'body.text', session: 's', promptTokens: 'n' };
    expect(parseColumns(describeColumns(columns))).toEqual(columns);
  });

  test.for([
    ['completion=x', 'columns: prompt is missing'],
    ['', 'columns: "" is no pair such as prompt=question'],
    ['question', 'columns: "question" is no pair such as prompt=question'],
    ['prompt=', 'columns: prompt names no column'],
    ['prompt=a,prompt=b', 'columns: prompt is there twice'],
    [
      'promt=a,completion=',
      'columns: "promt" is none of prompt, completion, session, system, promptTokens, completionTokens; did you mean "prompt"?; completion names no column',
    ],
    ['__proto__=a', expect.stringContaining('is none of')],
  ] as const)('refuses %j', ([text, message]) => {
    expect(() => parseColumns(text)).toThrowError(
      expect.objectContaining({ code: 'usage', message, hint: expect.stringContaining('prompt=question') }),
    );
  });
});
