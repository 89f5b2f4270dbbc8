import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { ChatTemplate, TemplateMessage } from './chat-template.js';
import { frameSamples } from './frame-samples.js';

/** What a chat template puts around one user message, in tokens, and the count of whole conversations. */
export interface ChatFrame {
  /** The tokenizer that the numbers hold under. */
  readonly tokenizer: { readonly name: string; readonly sha256: string };
  /** SHA-256 of the template's source. */
  readonly templateSha256: string;
  /**
   * Tokens that a single user message has under the template beyond those of its text: BOS, a default system prompt,
   * role headers, the header of the answer.
   */
  readonly overheadTokens: number;
  /** Those before the text: the same tokens at the start of every such request, which a prefix cache shares. */
  readonly leadingTokens: number;
  /** Those after it. */
  readonly trailingTokens: number;
  /** Ids of the tokens before the text, and of those after it. */
  readonly leadingTokenIds: Uint32Array;
  readonly trailingTokenIds: Uint32Array;
  /** Whether the overhead was the same for every text of a sample: then a text of n tokens makes n + `overheadTokens`. */
  readonly isAdditive: boolean;
  /** The most tokens that a text of the sample was off by; 0 when additive. */
  readonly maxErrorTokens: number;
  /**
   * Tokens of `messages` as a server counts its prompt: rendered with the header of the answer, special tokens
   * recognised, none added.
   *
   * @throws BenchmarkError `tokenizer` when the template refuses the messages
   */
  count(messages: readonly TemplateMessage[]): number;
  /** The ids that `count` counts. */
  encode(messages: readonly TemplateMessage[]): Uint32Array;
}

const SAMPLES = 160;
const LONG_TEXT_CHARACTERS = 40;

const userMessage = (text: string): TemplateMessage[] => [{ role: 'user', content: text }];

/** The value that most samples have; the smallest of equals. */
const mostFrequent = (values: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || a - b)[0]?.[0] ?? 0;
};

/** How many ids all lists begin with. */
const commonStart = (lists: readonly Uint32Array[]): number => {
  const [first = new Uint32Array(), ...others] = lists;
  const end = first.findIndex((id, index) => others.some((list) => list[index] !== id));
  return end === -1 ? first.length : end;
};

/**
 * Measures what `template` adds to a user message under `tokenizer`, on a seeded sample of texts.
 *
 * @throws BenchmarkError `tokenizer` when the template cannot render a lone user message, or does not show its text
 */
export const createChatFrame = (tokenizer: Tokenizer, template: ChatTemplate): ChatFrame => {
  const encode = (messages: readonly TemplateMessage[]): Uint32Array =>
    tokenizer.encodeWithSpecialTokens(template.render(messages));

  const samples = frameSamples(tokenizer.sha256, SAMPLES);
  // Short texts may be words of the template itself.
  const isShownOnce = (text: string): boolean => {
    const parts = template.render(userMessage(text)).split(text).length;
    return parts === 2 || (parts > 2 && text.length < LONG_TEXT_CHARACTERS);
  };
  if (!samples.every(isShownOnce)) {
    throw new BenchmarkError('tokenizer', 'the chat template does not show the text of a user message once, as it is', {
      hint: 'Exact prompts need a template that prints the content of messages unchanged; count prompts without the template instead.',
    });
  }
  const rendered = samples.map((text) => encode(userMessage(text)));
  const overheads = samples.map((text, index) => (rendered[index]?.length ?? 0) - tokenizer.count(text));
  const overheadTokens = mostFrequent(overheads);
  const maxErrorTokens = Math.max(...overheads.map((overhead) => Math.abs(overhead - overheadTokens)));
  // Told by ids, not by the length of the text before: that may end in a space that becomes a part of the first word.
  const leadingTokens = Math.min(commonStart(rendered), Math.max(0, overheadTokens));
  const trailingTokens = overheadTokens - leadingTokens;
  const [anyRendered = new Uint32Array()] = rendered;
  return {
    tokenizer: { name: tokenizer.name, sha256: tokenizer.sha256 },
    templateSha256: template.sha256,
    overheadTokens,
    leadingTokens,
    trailingTokens,
    leadingTokenIds: anyRendered.slice(0, leadingTokens),
    trailingTokenIds: anyRendered.slice(anyRendered.length - trailingTokens),
    isAdditive: maxErrorTokens === 0,
    maxErrorTokens,
    count: (messages) => encode(messages).length,
    encode,
  };
};
