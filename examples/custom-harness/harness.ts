// The generators in a harness of your own: no command line, no files in between but the prompt pool's spill.
// It makes prompts that share prefixes, lays them out as a Poisson workload, and sends them with plain `fetch`.
import { createRealClock } from '@aibrix/core/clock';
import { syntheticShared } from '@aibrix/dataset';
import type { WorkloadRequest } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { constant, openPromptPool } from '@aibrix/workload';

export interface HarnessOptions {
  /** Base URL of an OpenAI-compatible server, without `/v1`. */
  endpoint: string;
  model: string;
  ratePerSecond: number;
  durationMs: number;
}

export interface HarnessResult {
  plannedPromptTokens: number;
  /** As the server counted them. */
  promptTokens: number;
  latencyMs: number;
}

/** Sends a shared-prefix workload, each request at its own time, and gives one result each. */
export const runHarness = async (options: HarnessOptions): Promise<HarnessResult[]> => {
  const { endpoint, model, ratePerSecond, durationMs } = options;
  const clock = createRealClock();
  const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 42 });
  const mix = { promptTokensMean: 600, promptTokensStd: 80, sharedProportion: 0.8, samplesPerPrefix: 10, prefixes: 4 };
  const pool = await openPromptPool(syntheticShared({ seed: 42, mixes: [mix], randomizeOrder: true }, source));

  const send = async (request: WorkloadRequest): Promise<HarnessResult> => {
    const startMs = clock.now();
    const response = await fetch(`${endpoint}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: request.prompt }],
        max_tokens: request.output_length,
      }),
    });
    const { usage } = (await response.json()) as { usage: { prompt_tokens: number } };
    return {
      plannedPromptTokens: request.prompt_length ?? 0,
      promptTokens: usage.prompt_tokens,
      latencyMs: clock.now() - startMs,
    };
  };

  const workload = constant({ seed: 42, targetQps: ratePerSecond, durationMs, targetCompletionTokens: 16 }, { pool });
  const startMs = clock.now();
  const sent: Promise<HarnessResult>[] = [];
  for await (const { timestamp, requests } of workload) {
    await clock.sleepUntil(startMs + timestamp);
    sent.push(...requests.map(send));
  }
  const results = await Promise.all(sent);
  await pool.close();
  return results;
};
