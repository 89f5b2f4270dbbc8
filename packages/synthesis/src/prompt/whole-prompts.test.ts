import { createRandom } from '@aibrix/core/random';
import fc from 'fast-check';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { createChatFrame } from '../chat/chat-frame.js';
import { createChatTemplate } from '../chat/chat-template.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { createPromptSource, type PromptSource } from './prompt-source.js';

const o200k = await loadTokenizer('o200k_base');
const tiny = await loadTokenizer(TINY_BPE_FILE);

const sharedBlocks = fc.array(fc.record({ block: fc.string({ maxLength: 8 }), tokens: fc.nat(200) }), { maxLength: 4 });
const contents = fc.constantFrom('prose', 'random-words');

const sumOf = (shared: readonly { tokens: number }[]): number => shared.reduce((sum, { tokens }) => sum + tokens, 0);

describe('a prompt', () => {
  const sources: Record<string, PromptSource> = {
    prose: createPromptSource(o200k, { seed: 5 }),
    'random-words': createPromptSource(o200k, { seed: 5, content: 'random-words' }),
  };

  it('has its shared blocks to the token, whatever follows, and exactly its tokens', () => {
    fc.assert(
      fc.property(
        contents,
        sharedBlocks,
        fc.integer({ min: 1, max: 400 }),
        fc.integer(),
        (content, shared, own, seed) => {
          const source = sources[content] as PromptSource;
          const sharedTokens = sumOf(shared);
          const [one = [], other = []] = [1, 2].map((number) =>
            encodeO200k(source.prompt(sharedTokens + own, createRandom(seed, `${number}`), { shared })),
          );
          expect(one).toHaveLength(sharedTokens + own);
          expect(one.slice(0, sharedTokens)).toEqual(other.slice(0, sharedTokens));
          // A part of the shared blocks is shared with a prompt of other lengths, too.
          const [first] = shared;
          if (!first || first.tokens < 2) return;
          const cut = encodeO200k(
            source.prompt(first.tokens, createRandom(seed, 'cut'), {
              shared: [{ ...first, tokens: first.tokens - 1 }],
            }),
          );
          expect(cut.slice(0, first.tokens - 1)).toEqual(one.slice(0, first.tokens - 1));
        },
      ),
      { numRuns: 150, seed: 11 },
    );
  });

  it('stands alone: no white space at its ends or in a row', () => {
    fc.assert(
      fc.property(contents, sharedBlocks, fc.integer({ min: 1, max: 60 }), (content, shared, own) => {
        const text = sources[content]?.prompt(sumOf(shared) + own, createRandom(own, 'x'), { shared }) ?? ' ';
        expect(text).toMatch(/^\S(?:.*\S)?$/);
        expect(text).not.toMatch(/\s\s/);
      }),
      { numRuns: 100, seed: 12 },
    );
  });

  it('is not shorter than its shared part, nor empty', () => {
    const random = createRandom(1, 'x');
    const { prose } = sources as { prose: PromptSource };
    expect(() => prose.prompt(10, random, { shared: [{ block: 'a', tokens: 11 }] })).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'a prompt of 10 tokens is shorter than its shared part of 11 tokens',
      }),
    );
    for (const tokens of [0, -1, 1.5, Number.NaN]) {
      expect(() => prose.prompt(tokens, random)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
    for (const tokens of [-1, 2.5, Number.NaN]) {
      expect(() => prose.prompt(20, random, { shared: [{ block: 'a', tokens }] })).toThrow(
        expect.objectContaining({ code: 'usage', message: `a text cannot have ${tokens} tokens` }),
      );
    }
  });

  it('of random words has words in no order, one token each', () => {
    const source = sources['random-words'] as PromptSource;
    const text = source.text(400, createRandom(1, 'words'));
    const words = text.split(' ');
    expect(words).toHaveLength(400);
    expect(new Set(words).size).toBeGreaterThan(300);
    expect(source.block('a', 50)).toMatch(/^(?: [A-Za-z]+){50}$/);
    expect(source.synthesis).toMatchObject({ content: 'random-words', method: 'additive', wrong_prompts: 0 });
  });
});

describe('with a chat frame, a prompt', () => {
  const source = `{{ '<s>' }}{% for message in messages %}{{ message.role + ':\n' + (message.content | trim) + '<s>' }}{% endfor %}{% if add_generation_prompt %}assistant:\n{% endif %}`;
  const chat = createChatFrame(tiny, createChatTemplate(source));
  const prompts = createPromptSource(tiny, { seed: 5, chat });
  const countOnServer = (text: string): number => chat.count([{ role: 'user', content: text }]);

  it('has exactly the tokens that a server counts for it, template included', () => {
    expect(chat.overheadTokens).toBeGreaterThan(5);
    expect(prompts).toMatchObject({
      minPromptTokens: chat.overheadTokens + 1,
      synthesis: {
        count_mode: 'chat',
        wrong_prompts: 0,
        chat_overhead_tokens: chat.overheadTokens,
        chat_template_sha256: chat.templateSha256,
      },
    });
    const random = createRandom(1, 'chat');
    for (let tokens = prompts.minPromptTokens; tokens < 300; tokens++) {
      expect(countOnServer(prompts.prompt(tokens, random))).toBe(tokens);
    }
  });

  it('shares what it is told to on the server: the template before the text is a part of the first block', () => {
    const encode = (text: string): Uint32Array =>
      tiny.encodeWithSpecialTokens(createChatTemplate(source).render([{ role: 'user', content: text }]));
    for (const tokens of [1, chat.leadingTokens, chat.leadingTokens + 1, 40, 100]) {
      const shared = [{ block: 'a', tokens }];
      const [one, other] = [1, 2].map((seed) => encode(prompts.prompt(120, createRandom(seed, 'chat'), { shared })));
      expect(one).toHaveLength(120);
      expect(one?.subarray(0, tokens)).toEqual(other?.subarray(0, tokens));
    }
    // All of the text is shared; what the template ends in stands elsewhere in a prompt of another length.
    const all = 120 - chat.trailingTokens;
    const shared = [{ block: 'a', tokens: all }];
    const [whole, longer] = [
      prompts.prompt(120, createRandom(1, 'chat'), { shared }),
      prompts.prompt(150, createRandom(2, 'chat'), { shared }),
    ];
    expect(countOnServer(whole)).toBe(120);
    expect(encode(whole).subarray(0, all)).toEqual(encode(longer).subarray(0, all));
    expect(() => prompts.prompt(120, createRandom(1, 'chat'), { shared: [{ block: 'a', tokens: all + 1 }] })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('that the chat template ends in') }),
    );
  });

  it('is exact where the template melts into the end of the text, too', () => {
    // In o200k_base a full stop and two line breaks are one token, and a word and two line breaks are two.
    const melting = `{% for message in messages %}{{ message.content + '\n\n' }}{% endfor %}`;
    const frame = createChatFrame(o200k, createChatTemplate(melting));
    expect(frame.isAdditive).toBe(false);
    const mended = createPromptSource(o200k, { seed: 5, chat: frame });
    expect(mended.synthesis).toMatchObject({ count_mode: 'chat', method: 'verified' });
    const random = createRandom(1, 'melting');
    for (let tokens = 10; tokens < 200; tokens++) {
      const shared = [{ block: 'a', tokens: tokens >> 1 }];
      expect(encodeO200k(`${mended.prompt(tokens, random, { shared })}\n\n`)).toHaveLength(tokens);
    }
  });

  it('cannot be shorter than the template', () => {
    expect(() => prompts.prompt(chat.overheadTokens, createRandom(1, 'chat'))).toThrow(
      expect.objectContaining({
        code: 'usage',
        hint: `The chat template alone adds ${chat.overheadTokens}; ask for at least ${chat.overheadTokens + 1}.`,
      }),
    );
  });
});
