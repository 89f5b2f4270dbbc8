import { isJsonObject, type JsonObject, unusable } from './definition-json.js';

/** A token that is found in the text before the model sees it. */
export interface AddedToken {
  id: number;
  content: string;
  /** Whether it is a special token: plain text in `encode`. Others, such as runs of white space, are ordinary text. */
  isSpecial: boolean;
  /** Whether it is looked for in the normalized text. */
  isNormalized: boolean;
  /** Whether it takes the white space before it. */
  takesSpaceBefore: boolean;
  /** Whether it takes the white space after it. */
  takesSpaceAfter: boolean;
  /** Whether it may not touch another letter, digit or underscore. */
  isSingleWord: boolean;
}

/**
 * The added tokens of a definition. One that the vocabulary holds has its id there, as in Hugging Face's library.
 *
 * @throws BenchmarkError `tokenizer` when one cannot be read
 */
export const readAddedTokens = (file: string, definition: JsonObject, vocabulary: JsonObject): AddedToken[] => {
  const list = definition.added_tokens ?? [];
  const tokens = Array.isArray(list) ? list : [list];
  return tokens.map((token: unknown, index) => {
    if (!isJsonObject(token) || typeof token.content !== 'string' || !Number.isSafeInteger(token.id)) {
      throw unusable(file, `added_tokens[${index}] has no content and id`, 'Download the file again.');
    }
    const isSpecial = token.special === true;
    return {
      id: (Object.hasOwn(vocabulary, token.content) ? vocabulary[token.content] : token.id) as number,
      content: token.content,
      isSpecial,
      isNormalized: typeof token.normalized === 'boolean' ? token.normalized : !isSpecial,
      takesSpaceBefore: token.lstrip === true,
      takesSpaceAfter: token.rstrip === true,
      isSingleWord: token.single_word === true,
    };
  });
};

/** A piece of a text: one added token, or text for the model that starts at a place in the whole. */
export type Segment = { id: number } | { text: string; start: number };

interface TrieNode {
  isEnd: boolean;
  next: Map<string, TrieNode>;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const trieOf = (contents: readonly string[]): TrieNode => {
  const root: TrieNode = { isEnd: false, next: new Map() };
  for (const content of contents) {
    let node = root;
    for (let index = 0; index < content.length; index++) {
      const unit = content[index] as string;
      const child = node.next.get(unit) ?? { isEnd: false, next: new Map() };
      node.next.set(unit, child);
      node = child;
    }
    node.isEnd = true;
  }
  return root;
};

/** A pattern of the longest content that a place begins: hundreds of tokens cost a text no more than a few do. */
const patternOf = (node: TrieNode): string => {
  const branches = [...node.next].map(([unit, child]) => escaped(unit) + patternOf(child));
  if (branches.length === 0) return '';
  // Greedy and ordered: what is longer is tried first, and the shorter only when that fails.
  return `(?:${branches.join('|')})${node.isEnd ? '?' : ''}`;
};

const WORD_BEFORE = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const WORD_AFTER = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const SPACE_BEFORE = /\p{White_Space}+$/u;
const SPACE_AFTER = /^\p{White_Space}+/u;

/** Cuts texts at the leftmost longest occurrences of `tokens`, by the rules of Hugging Face's library. */
const createSplitter = (tokens: readonly AddedToken[]): ((text: string, offset: number) => Segment[]) => {
  const byContent = new Map(tokens.filter(({ content }) => content !== '').map((token) => [token.content, token]));
  if (byContent.size === 0) return (text, start) => [{ text, start }];
  const pattern = new RegExp(patternOf(trieOf([...byContent.keys()])), 'g');
  return (text, offset) => {
    const segments: Segment[] = [];
    let cut = 0;
    for (const { 0: content, index } of text.matchAll(pattern)) {
      const token = byContent.get(content) as AddedToken;
      const [before, after] = [text.slice(cut, index), text.slice(index + content.length)];
      if (token.isSingleWord && (WORD_BEFORE.test(text.slice(0, index)) || WORD_AFTER.test(after))) continue;
      const start = index - (token.takesSpaceBefore ? (SPACE_BEFORE.exec(before)?.[0].length ?? 0) : 0);
      if (start > cut) segments.push({ text: text.slice(cut, start), start: offset + cut });
      segments.push({ id: token.id });
      cut = index + content.length + (token.takesSpaceAfter ? (SPACE_AFTER.exec(after)?.[0].length ?? 0) : 0);
    }
    if (cut < text.length || text === '') segments.push({ text: text.slice(cut), start: offset + cut });
    return segments;
  };
};

/**
 * Cuts texts at added tokens: first at those that are looked for in the text as it is, then, in what is left, at those
 * that are looked for in the normalized text. The definition must be one whose normalizer changes neither them nor
 * where they stand.
 */
export const createAddedTokenSplitter = (tokens: readonly AddedToken[]): ((text: string) => Segment[]) => {
  const first = createSplitter(tokens.filter(({ isNormalized }) => !isNormalized));
  const normalized = tokens.filter(({ isNormalized }) => isNormalized);
  if (normalized.length === 0) return (text) => first(text, 0);
  const second = createSplitter(normalized);
  return (text) =>
    first(text, 0).flatMap((segment) => ('id' in segment ? [segment] : second(segment.text, segment.start)));
};
