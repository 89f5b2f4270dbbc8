// The client in a test of your own: a deployment that misses its targets fails the build.
// Here the simulator stands for the deployment; put the URL of yours in its place.
import { analyse } from '@aibrix/analysis';
import { runWorkload } from '@aibrix/client';
import { type Simulator, startSimulator } from '@aibrix/simulator';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { constant } from '@aibrix/workload';
import { afterAll, beforeAll, expect, it } from 'vitest';

let deployment: Simulator;
beforeAll(async () => {
  deployment = await startSimulator({ port: 0, profile: 'a100-llama-8b', models: ['llama-8b'] });
});
afterAll(() => deployment.close());

it('answers 10 requests/s of 256 tokens: 95 % start within half a second and flow at 20 tokens/s', async () => {
  const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 1 });
  const workload = constant(
    { targetQps: 10, durationMs: 4000, targetPromptTokens: 256, targetCompletionTokens: 24, lengthMode: 'exact' },
    { source },
  );

  const run = runWorkload(workload, { endpoint: deployment.url, model: 'llama-8b' });
  const report = await analyse(run, { goodputTargets: 'ttft:0.5,tpot:0.05' });

  expect(report.counts.failed).toBe(0);
  expect(report.goodput?.good_fraction).toBeGreaterThanOrEqual(0.95);
});
