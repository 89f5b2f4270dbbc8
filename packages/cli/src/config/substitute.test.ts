import { describe, expect, it } from 'vitest';
import { hasUnresolved, substituteEnvironment, substituteKeys } from './substitute.js';

describe('substituteEnvironment', () => {
  it('replaces both forms, anywhere, and leaves what it does not know', () => {
    const text = 'a: $HOST/x\nb: ${HOST}y\nc: ${OTHER} $OTHER\nd: $HOSTNAME 5$ $$';
    expect(substituteEnvironment(text, { HOST: 'h' })).toBe('a: h/x\nb: hy\nc: ${OTHER} $OTHER\nd: $HOSTNAME 5$ $$');
  });
});

describe('substituteKeys', () => {
  it('replaces in one pass over the values as written', () => {
    expect(
      substituteKeys({
        dir: './out/${kind}',
        kind: 'constant',
        file: '${dir}/$kind.jsonl',
        price: '$$5 ${unknown} $kind',
        rate: 5,
        text: 'at $rate',
        nested: { file: '${kind}' },
        nothing: null,
        reference: '$nothing $nested',
      }),
    ).toEqual({
      dir: './out/constant',
      kind: 'constant',
      // One pass: what was put in is not looked at again.
      file: './out/${kind}/constant.jsonl',
      price: '$5 ${unknown} constant',
      rate: 5,
      text: 'at 5',
      nested: { file: '${kind}' },
      nothing: null,
      reference: '$nothing $nested',
    });
  });
});

it('keeps a secret out of other texts', () => {
  expect(substituteKeys({ api_key: 'sk-secret', folder: 'x/${api_key}' }).folder).toBe('x/${api_key}');
});

describe('hasUnresolved', () => {
  it.each([
    ['${API_KEY}', true],
    ['x/$DIR/y', true],
    ['sk-123', false],
    ['5$', false],
    ['${not a name}', false],
  ])('%s → %s', (text, expected) => {
    expect(hasUnresolved(text)).toBe(expected);
  });
});
