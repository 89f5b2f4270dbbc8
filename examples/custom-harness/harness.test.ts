import { startSimulator } from '@aibrix/simulator';
import { expect, it } from 'vitest';
import { runHarness } from './harness.js';

it('sends prompts whose tokens the server counts as planned', async () => {
  const simulator = await startSimulator({ port: 0, profile: 'instant' });
  try {
    const results = await runHarness({ endpoint: simulator.url, model: 'any', ratePerSecond: 20, durationMs: 2000 });
    expect(results.length).toBeGreaterThan(20);
    for (const { plannedPromptTokens, promptTokens, latencyMs } of results) {
      expect(promptTokens).toBe(plannedPromptTokens);
      expect(latencyMs).toBeGreaterThan(0);
    }
  } finally {
    await simulator.close();
  }
});
