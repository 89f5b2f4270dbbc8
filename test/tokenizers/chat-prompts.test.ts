import { runWorkload } from '@aibrix/client';
import { createRandom } from '@aibrix/core/random';
import type { WorkloadEntry } from '@aibrix/schema';
import { startSimulator } from '@aibrix/simulator';
import { createChatFrame, createPromptSource, loadChatTemplate, loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import { type Model, modelFolder } from './models.js';

const PROMPTS = 60;

/** Prompts of a model's own count mode, all at once. */
const workloadOf = async (model: Model): Promise<{ entries: WorkloadEntry[]; overheadTokens: number }> => {
  const folder = modelFolder(model);
  const tokenizer = await loadTokenizer(folder);
  const template = await loadChatTemplate(folder);
  if (!template) throw new Error(`${model} has no chat template`);
  const chat = createChatFrame(tokenizer, template);
  const source = createPromptSource(tokenizer, { seed: 1, chat });
  expect(source.synthesis).toMatchObject({ count_mode: 'chat', method: 'additive', wrong_prompts: 0 });
  const random = createRandom(1, 'chat-prompts');
  const requests = Array.from({ length: PROMPTS }, (_, index) => {
    const tokens = source.minPromptTokens + Math.floor(2000 ** random.next()) - 1;
    const shared = index % 2 === 0 ? [] : [{ block: `${index % 3}`, tokens: Math.floor(tokens / 2) }];
    return { prompt: source.prompt(tokens, random, { shared }), prompt_length: tokens, output_length: 1 };
  });
  return { entries: [{ timestamp: 0, requests }], overheadTokens: chat.overheadTokens };
};

// The other packages come without a chat template.
describe.each(['llama3_1', 'qwen3', 'deepseek_v3', 'mistral_nemo'] as const)('%s', (model) => {
  it('serves prompts whose tokens it counts as planned, template included', async () => {
    const { entries, overheadTokens } = await workloadOf(model);
    expect(overheadTokens).toBeGreaterThan(0);
    const simulator = await startSimulator({ port: 0, tokenizer: modelFolder(model), countMode: 'chat' });
    try {
      const results = await Array.fromAsync(runWorkload(entries, { endpoint: simulator.url, model: 'any' }));
      expect(results).toHaveLength(PROMPTS);
      for (const { status, prompt_tokens, prompt_length_planned } of results) {
        expect({ status, prompt_tokens }).toEqual({ status: 'success', prompt_tokens: prompt_length_planned });
      }
    } finally {
      await simulator.close();
    }
  }, 60_000);
});
