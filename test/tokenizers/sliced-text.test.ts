import { startSimulator } from '@aibrix/simulator';
import { BUILT_IN_TOKENIZERS, loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import { createTextEncoder } from '../../packages/simulator/src/completion/text-encoder.js';
import { HARD_CORPUS } from './hard-corpus.js';
import { MODELS, type Model, modelFolder } from './models.js';

const SENTENCE = "The ship's 3rd mate (a woman of 42) had seen Lagos, São Paulo and 上海 before; nobody else had. ";

/** Long texts: all that is hard, one after the other with words between, and prose. */
const texts = [
  HARD_CORPUS.join(' and then '),
  HARD_CORPUS.join('\n'),
  Array.from({ length: 200 }, (_, index) => `${index} ${SENTENCE}`).join(''),
];

/** Puts a space before every text, and so before every slice. */
const UNCUT = 'llama2';

describe.each([
  ...BUILT_IN_TOKENIZERS.map((name) => [name, name] as const),
  ...MODELS.map((model) => [model, modelFolder(model)] as const),
])('%s', (name, source) => {
  it('has the same tokens for a text in slices as for the whole', async () => {
    const tokenizer = await loadTokenizer(source);
    for (const encode of [tokenizer.encode, tokenizer.encodeWithSpecialTokens]) {
      const encoder = createTextEncoder({ encode });
      for (const text of texts) {
        const pieces = encoder.encode(text);
        expect(pieces.flatMap((ids) => [...ids])).toEqual([...encode(text)]);
        expect(pieces.length > 1).toBe(name !== UNCUT);
      }
    }
  }, 60_000);
});

describe.each(['llama3_1', 'qwen3', 'deepseek_v3', 'mistral_nemo'] as const)(
  'a conversation with %s',
  (model: Model) => {
    it('finds the turns before it in the simulated KV cache, answers included', async () => {
      const simulator = await startSimulator({ port: 0, tokenizer: modelFolder(model), countMode: 'chat' });
      const messages: { role: string; content: string }[] = [];
      const found: number[] = [];
      const could: number[] = [];
      let before = 0;
      try {
        for (let turn = 0; turn < 4; turn++) {
          messages.push({ role: 'user', content: `Turn ${turn}. ${SENTENCE.repeat(10)}` });
          const response = await fetch(`${simulator.url}/v1/chat/completions`, {
            method: 'POST',
            body: JSON.stringify({ model: 'm', messages, max_tokens: 100, min_tokens: 100 }),
          });
          const { choices, usage } = (await response.json()) as {
            choices: [{ message: { content: string } }];
            usage: { prompt_tokens: number; prompt_tokens_details: { cached_tokens: number } };
          };
          found.push(usage.prompt_tokens_details.cached_tokens);
          could.push(Math.floor(before / 16) * 16);
          messages.push({ role: 'assistant', content: choices[0].message.content });
          before = usage.prompt_tokens + 100 - 1;
        }
      } finally {
        await simulator.close();
      }
      expect(found).toEqual(could);
    }, 60_000);
  },
);
