import { createRandom } from '@aibrix/core/random';
import fc from 'fast-check';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { loadSentenceSpanning, loadWordSpanning } from '../../test/awkward-tokenizers.js';
import { createChatFrame } from '../chat/chat-frame.js';
import { createChatTemplate } from '../chat/chat-template.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { createPromptSource, type PromptSource } from './prompt-source.js';

const TEMPLATE = '{% for m in messages %}## {{ m.role }}\n{{ m.content }}\n{% endfor %}## assistant';

const o200k = await loadTokenizer('o200k_base');
const cl100k = await loadTokenizer('cl100k_base');
const frame = createChatFrame(o200k, createChatTemplate(TEMPLATE));

interface Case {
  source: PromptSource;
  independently: (prompt: string) => readonly number[];
}

const CASES: Record<string, Case> = {
  'of prose': { source: createPromptSource(o200k, { seed: 5 }), independently: encodeO200k },
  'of random words': {
    source: createPromptSource(cl100k, { seed: 5, content: 'random-words' }),
    independently: encodeCl100k,
  },
  'with a chat template': {
    source: createPromptSource(o200k, { seed: 5, chat: frame }),
    independently: (prompt) => encodeO200k(`## user\n${prompt}\n## assistant`),
  },
};

describe.each(Object.entries(CASES))('token ids of prompts %s', (_, { source, independently }) => {
  it('are those of the whole text, by another implementation', () => {
    const blocks = fc.array(fc.record({ block: fc.string({ maxLength: 8 }), tokens: fc.nat(700) }), { maxLength: 3 });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 600 }), fc.integer(), (shared, own, seed) => {
        const tokens = source.minPromptTokens + own + shared.reduce((sum, block) => sum + block.tokens, 0);
        const prompt = source.promptWithTokenIds(tokens, createRandom(seed, 'x'), { shared });
        expect(prompt.text).toBe(source.prompt(tokens, createRandom(seed, 'x'), { shared }));
        expect([...prompt.tokenIds]).toEqual(independently(prompt.text));
      }),
      { numRuns: 120, seed: 3 },
    );
  });
});

it.each([
  ['sentences', loadSentenceSpanning],
  ['words', loadWordSpanning],
])('tokenises whole prompts where tokens span %s', async (_, load) => {
  const tokenizer = await load();
  const source = createPromptSource(tokenizer, { seed: 1 });
  const random = createRandom(1, 'spanning');
  for (const tokens of [1, 7, 60, 400]) {
    const { text, tokenIds } = source.promptWithTokenIds(tokens, random, { shared: [] });
    expect(tokenIds).toEqual(tokenizer.encode(text));
  }
});
