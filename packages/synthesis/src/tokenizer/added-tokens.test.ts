import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddedToken, createAddedTokenSplitter } from './added-tokens.js';

const token = (id: number, content: string, settings: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  isSpecial: false,
  isNormalized: false,
  takesSpaceBefore: false,
  takesSpaceAfter: false,
  isSingleWord: false,
  ...settings,
});

const shown = (tokens: AddedToken[], text: string): (number | string)[] =>
  createAddedTokenSplitter(tokens)(text).map((segment) => ('id' in segment ? segment.id : segment.text));

describe('createAddedTokenSplitter', () => {
  it('takes the leftmost token, and of those the longest', () => {
    const tokens = [token(1, 'ab'), token(2, 'abc'), token(3, 'bcd'), token(4, 'abcdx')];
    expect(shown(tokens, 'abcd')).toEqual([2, 'd']);
    expect(shown(tokens, 'xabcdx')).toEqual(['x', 4]);
    expect(shown(tokens, 'abab')).toEqual([1, 1]);
    expect(shown(tokens, '')).toEqual(['']);
    expect(shown([], 'abc')).toEqual(['abc']);
  });

  it('takes white space with a token that asks for it', () => {
    const tokens = [token(1, '<l>', { takesSpaceBefore: true }), token(2, '<r>', { takesSpaceAfter: true })];
    expect(shown(tokens, 'a \n<l> b')).toEqual(['a', 1, ' b']);
    expect(shown(tokens, 'a <r>\u0085\u3000 b')).toEqual(['a ', 2, 'b']);
    expect(shown(tokens, '<r> <l>')).toEqual([2, 1]);
    expect(shown(tokens, '\ufeff<l>')).toEqual(['\ufeff', 1]);
  });

  it('leaves a single word alone inside of another', () => {
    const tokens = [token(1, 'the', { isSingleWord: true })];
    expect(shown(tokens, 'the other, the_x éthe the.')).toEqual([1, ' other, the_x éthe ', 1, '.']);
  });

  it('looks for tokens of normalized text in what the others leave', () => {
    const tokens = [token(1, 'ab', { isNormalized: true }), token(2, 'bc')];
    expect(shown(tokens, 'abc ab')).toEqual(['a', 2, ' ', 1]);
  });

  it('reads every character of a content literally', () => {
    const contents = ['.*', '[x]', '\\d', '(?:', '漢', '🦜', '\n', '$^', '|'];
    contents.forEach((content, id) => {
      expect(shown([token(id, content)], `a${content}b1`)).toEqual(['a', id, 'b1']);
    });
  });

  it('loses no text and keeps its places', () => {
    const tokens = ['a', 'ab', 'bab', 'bb'].map((content, id) => token(id, content));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 }), (text) => {
        let place = 0;
        for (const segment of createAddedTokenSplitter(tokens)(text)) {
          if ('text' in segment) expect(segment.start).toBe(place);
          const content = 'text' in segment ? segment.text : (tokens[segment.id] as AddedToken).content;
          expect(text.startsWith(content, place)).toBe(true);
          place += content.length;
        }
        expect(place).toBe(text.length);
      }),
    );
  });
});
