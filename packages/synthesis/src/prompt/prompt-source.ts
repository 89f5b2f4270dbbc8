import { BenchmarkError } from '@aibrix/core/errors';
import type { Random } from '@aibrix/core/random';
import type { Synthesis } from '@aibrix/schema';
import type { ChatFrame } from '../chat/chat-frame.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { createBlocks } from './blocks.js';
import { measureExactness } from './exactness.js';
import { createMendedText } from './mended-text.js';
import { findOneTokenWords } from './one-token-words.js';
import { createPartIds, type PartIds } from './part-ids.js';
import type { Position, WriteText } from './piece.js';
import { createPlacedPieces } from './placed-pieces.js';
import { createProse } from './prose.js';
import { createRandomWords } from './random-words.js';

/** A part of a prompt that other prompts have too: the first `tokens` tokens of the block of that name. */
export interface SharedBlock {
  block: string;
  tokens: number;
}

/** A prompt, and the tokens that a server sees of it. */
export interface PromptWithTokenIds {
  text: string;
  /**
   * Ids of `text`, or, with a chat frame, of the message as the template renders it. The next prompt of this source
   * overwrites them: copy what is to be kept.
   */
  tokenIds: Uint32Array;
}

/** Makes English text of exact numbers of tokens: a function of tokenizer, seed and arguments, the same on every machine. */
export interface PromptSource {
  /** The tokenizer that the numbers are exact under. */
  readonly tokenizer: { readonly name: string; readonly sha256: string };
  /** What is made and how exact it is, measured on a sample when the source was made; for manifests. */
  readonly synthesis: Synthesis;
  /** Tokens of the shortest prompt: 1, or with a chat frame one more than the template adds. */
  readonly minPromptTokens: number;
  /** Tokens that the chat template puts after the text, where nothing can be shared; 0 without one. */
  readonly trailingTokens: number;
  /**
   * Whole-number block names below this (`"0"`, `"1"`, …) are sure to differ within their first two tokens. Other
   * names differ there with all but a negligible probability.
   */
  readonly distinctBlockNumbers: number;
  /**
   * A whole prompt of exactly `tokens` tokens in the source's count mode: of its text, or, with a chat frame, of what
   * the server counts for it as the only message, template included. It begins with the shared blocks, one after
   * another; of the first, the tokens that the template puts before the text are a part. The rest is its own.
   *
   * @throws BenchmarkError `usage` when `tokens` is less than `minPromptTokens`, or than the shared blocks and
   *   `trailingTokens`, or when any number is no whole one; `tokenizer` when this tokenizer has no text of that length
   */
  prompt(tokens: number, random: Random, options?: { shared?: readonly SharedBlock[] | undefined }): string;
  /**
   * The prompt that `prompt` gives, and its token ids: known from how it is put together, without tokenising it, where
   * counts add up. For what depends on tokens rather than text, as a prefix cache does.
   *
   * @throws BenchmarkError as `prompt`
   */
  promptWithTokenIds(
    tokens: number,
    random: Random,
    options?: { shared?: readonly SharedBlock[] | undefined },
  ): PromptWithTokenIds;
  /** Tokens of a whole prompt in the source's count mode, by tokenising it: what `prompt` promises, counted. */
  count(prompt: string): number;
  /**
   * Text of exactly `tokens` tokens that stands alone: it neither starts nor ends with white space, which chat
   * templates would trim. The chat frame is not counted.
   *
   * @throws BenchmarkError `usage` when `tokens` is not a whole number of at least 0; `tokenizer` as `prompt`
   */
  text(tokens: number, random: Random): string;
  /**
   * Text that adds exactly `tokens` tokens to any text of this source that it is appended to. Begins with a space.
   *
   * @param options.after the text it is appended to; needed where token counts do not add up (`synthesis.method`
   *   `verified`), and not looked at elsewhere
   * @throws BenchmarkError as `text`
   */
  continuation(tokens: number, random: Random, options?: { after?: string | undefined }): string;
  /**
   * The first `tokens` tokens of the block `name`, a pure function of tokenizer, seed, content and name. `block(name, n)`
   * is a prefix of `block(name, m)` for n < m, in tokens and in characters; there is no longest.
   *
   * In the `middle` (the default) it starts with a space and adds its tokens to what it is appended to; at the `start`
   * of a prompt it is the same text without that space.
   *
   * @throws BenchmarkError as `text`
   */
  block(name: string, tokens: number, options?: { position?: 'start' | 'middle' | undefined }): string;
}

export interface PromptSourceOptions {
  /** Decides what the blocks hold; texts take their randomness with each call. */
  seed: number | string;
  /** `prose` (the default) reads like English; `random-words` are words in any order, a token each. */
  content?: 'prose' | 'random-words' | undefined;
  /** Makes lengths of prompts exact on a server's count: what its chat template puts around a message is part of them. */
  chat?: ChatFrame | undefined;
}

/** About what the longest string of the language holds. */
const MAX_TOKENS = 50_000_000;

const requireTokenCount = (tokens: number): void => {
  if (Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= MAX_TOKENS) return;
  throw new BenchmarkError('usage', `a text cannot have ${tokens} tokens`, {
    hint: `Ask for a whole number of tokens, from 0 to ${MAX_TOKENS}.`,
  });
};

/** Room for longer prompts than the longest so far. */
const SCRATCH_GROWTH = 1.25;

/** What stands before a text in the middle of a prompt while it is counted, where nobody says. */
const USUAL_CONTEXT = 'Please continue.';

/** Text and blocks of one method, which is how it makes sure of lengths. */
interface Writing {
  /**
   * @param countOf tokens of a text where it will stand; asked only where counts do not add up
   */
  write(tokens: number, random: Random, position: Position, countOf: (text: string) => number): string[];
  block(name: string, tokens: number, position: Position): string[];
  readonly distinctBlockNumbers: number;
}

const createWriting = (
  tokenizer: Tokenizer,
  method: Synthesis['method'],
  { seed, content = 'prose' }: PromptSourceOptions,
): Writing => {
  const pieces = createPlacedPieces(tokenizer);
  const oneTokenWords = findOneTokenWords(pieces);
  const words = createRandomWords(oneTokenWords);
  const write: WriteText = content === 'prose' ? createProse(pieces) : words;
  const isVerified = method === 'verified';
  const addsOneToken = (before: readonly string[], unit: string): boolean => {
    const context = USUAL_CONTEXT + before.join('');
    return tokenizer.count(context + unit) === tokenizer.count(context) + 1;
  };
  const blocks = createBlocks(oneTokenWords, {
    seed,
    content,
    addsOneToken: isVerified ? addsOneToken : undefined,
  });
  return {
    write: isVerified ? createMendedText({ write, words }) : write,
    block: blocks.units,
    distinctBlockNumbers: blocks.distinctNumbers,
  };
};

/** Texts and parts of texts. */
const createTexts = (
  tokenizer: Tokenizer,
  writing: Writing,
): Pick<PromptSource, 'text' | 'continuation' | 'block'> => ({
  text: (tokens, random) => {
    requireTokenCount(tokens);
    return writing.write(tokens, random, 'start', (text) => tokenizer.count(text)).join('');
  },
  continuation: (tokens, random, { after = USUAL_CONTEXT } = {}) => {
    requireTokenCount(tokens);
    const countOf = (text: string): number => tokenizer.count(after + text) - tokenizer.count(after);
    return writing.write(tokens, random, 'middle', countOf).join('');
  },
  block: (name, tokens, { position = 'middle' } = {}) => {
    requireTokenCount(tokens);
    return writing.block(name, tokens, position).join('');
  },
});

/** Tokens of whole prompts in the count mode. */
interface PromptTokens {
  encode(prompt: string): Uint32Array;
  /** Ids from the parts of a prompt; undefined where ids of parts do not add up to those of the whole. */
  partIds(): PartIds | undefined;
}

type Prompts = Pick<PromptSource, 'minPromptTokens' | 'trailingTokens' | 'prompt' | 'promptWithTokenIds' | 'count'>;

/** Puts whole prompts together. */
const createPrompts = (writing: Writing, chat: ChatFrame | undefined, { encode, partIds }: PromptTokens): Prompts => {
  const count = (prompt: string): number => encode(prompt).length;
  const overheadTokens = chat?.overheadTokens ?? 0;
  const trailingTokens = chat?.trailingTokens ?? 0;
  const minPromptTokens = overheadTokens + 1;
  const requirePromptTokens = (tokens: number, sharedTokens: number): void => {
    requireTokenCount(tokens);
    if (tokens < minPromptTokens) {
      throw new BenchmarkError('usage', `a prompt cannot have ${tokens} tokens`, {
        hint: chat
          ? `The chat template alone adds ${overheadTokens}; ask for at least ${minPromptTokens}.`
          : 'Ask for at least 1.',
      });
    }
    if (tokens >= sharedTokens + trailingTokens) return;
    const end = trailingTokens > 0 ? ` and the ${trailingTokens} that the chat template ends in` : '';
    throw new BenchmarkError(
      'usage',
      `a prompt of ${tokens} tokens is shorter than its shared part of ${sharedTokens} tokens${end}`,
      { hint: 'Ask for a longer prompt, or share less.' },
    );
  };
  /** Writes a prompt, and tells the parts that it is put together from as it goes. */
  const writePrompt = (
    tokens: number,
    random: Random,
    shared: readonly SharedBlock[],
    onParts: (parts: readonly string[]) => void,
  ): string => {
    for (const part of shared) requireTokenCount(part.tokens);
    const sharedTokens = shared.reduce((sum, part) => sum + part.tokens, 0);
    requirePromptTokens(tokens, sharedTokens);
    const texts: string[] = [];
    const add = (parts: readonly string[]): void => {
      if (parts.length === 0) return;
      onParts(parts);
      texts.push(parts.join(''));
    };
    const positionNow = (): Position => (texts.length === 0 ? 'start' : 'middle');
    let left = tokens - overheadTokens;
    // Tokens of the template are shared before any of the text.
    let ofTemplate = chat?.leadingTokens ?? 0;
    for (const part of shared) {
      const given = Math.min(ofTemplate, part.tokens);
      ofTemplate -= given;
      add(writing.block(part.block, part.tokens - given, positionNow()));
      left -= part.tokens - given;
    }
    if (left > 0) {
      const before = texts.join('');
      const countOf = (text: string): number => count(before + text) - (tokens - left);
      add(writing.write(left, random, positionNow(), countOf));
    }
    return texts.join('');
  };
  const ignore = (): void => {};
  // One for all prompts: a new one each time, of another size, would leave holes in memory.
  let scratch = new Uint32Array(0);
  return {
    minPromptTokens,
    trailingTokens,
    count,
    prompt: (tokens, random, { shared = [] } = {}) => writePrompt(tokens, random, shared, ignore),
    promptWithTokenIds: (tokens, random, { shared = [] } = {}) => {
      const ids = partIds();
      if (!ids) {
        const text = writePrompt(tokens, random, shared, ignore);
        return { text, tokenIds: encode(text) };
      }
      const leadingTokens = chat?.leadingTokenIds.length ?? 0;
      if (tokens > scratch.length && tokens <= MAX_TOKENS)
        scratch = new Uint32Array(Math.ceil(tokens * SCRATCH_GROWTH));
      let at = leadingTokens;
      const text = writePrompt(tokens, random, shared, (parts) => {
        for (const part of parts) {
          const own = at === leadingTokens ? ids.atStart(part) : ids.inMiddle(part);
          for (let index = 0; index < own.length; index++) scratch[at++] = own[index] as number;
        }
      });
      if (chat) {
        scratch.set(chat.leadingTokenIds);
        scratch.set(chat.trailingTokenIds, at);
      }
      return { text, tokenIds: scratch.subarray(0, tokens) };
    },
  };
};

/**
 * Makes a source of prompt text for `tokenizer`. It tokenises its phrases once, then proves on a sample that their
 * counts add up; where they do not, it counts and mends every text, and measures how exact that is.
 *
 * @throws BenchmarkError `tokenizer` when the tokenizer has none of the words
 */
export const createPromptSource = (tokenizer: Tokenizer, options: PromptSourceOptions): PromptSource => {
  const { chat, content = 'prose' } = options;
  const encode = chat
    ? (prompt: string): Uint32Array => chat.encode([{ role: 'user', content: prompt }])
    : (prompt: string): Uint32Array => tokenizer.encode(prompt);

  const create = (method: Synthesis['method']): PromptSource => {
    const writing = createWriting(tokenizer, method, options);
    const { distinctBlockNumbers } = writing;
    let partIds = method === 'additive' ? createPartIds(tokenizer) : undefined;
    const prompts = createPrompts(writing, chat, { encode, partIds: () => partIds });
    const exactness = measureExactness({ ...prompts, encode, distinctBlockNumbers }, tokenizer.sha256);
    if (exactness.otherTokenIds > 0) partIds = undefined;
    return {
      tokenizer: { name: tokenizer.name, sha256: tokenizer.sha256 },
      synthesis: {
        content,
        count_mode: chat ? 'chat' : 'prompt',
        method,
        sampled_prompts: exactness.sampledPrompts,
        wrong_prompts: exactness.wrongPrompts,
        max_error_tokens: exactness.maxErrorTokens,
        ...(chat && { chat_overhead_tokens: chat.overheadTokens, chat_template_sha256: chat.templateSha256 }),
      },
      distinctBlockNumbers,
      ...prompts,
      ...createTexts(tokenizer, writing),
    };
  };
  try {
    const additive = create('additive');
    if (additive.synthesis.wrong_prompts === 0) return additive;
  } catch (error) {
    // Some length cannot be made of what pieces have in sum: what is made must be counted then.
    if (!BenchmarkError.is(error) || error.code !== 'tokenizer') throw error;
  }
  return create('verified');
};
