import type { RequestResult, WorkloadEntry } from '@aibrix/schema';
import { type Simulator, type SimulatorOptions, startSimulator } from '@aibrix/simulator';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { collect, type TestRunOptions } from './collect.js';

let simulator: Simulator | undefined;

/** Only tokenizes. */
const tokenizing = await startSimulator({ port: 0 });

afterAll(() => tokenizing.close());

/** Token ids of a text under the tokenizer that is served. */
const tokensOf = async (text: unknown): Promise<number[]> => {
  const body = JSON.stringify({ prompt: text });
  const response = await fetch(`${tokenizing.url}/tokenize`, { method: 'POST', body });
  return ((await response.json()) as { tokens: number[] }).tokens;
};

const count = async (text: unknown): Promise<number> => (await tokensOf(text)).length;

afterEach(() => simulator?.close());

const run = async (
  workload: WorkloadEntry[],
  options: Omit<TestRunOptions, 'endpoint'>,
  simulated: SimulatorOptions = {},
): Promise<RequestResult[]> => {
  simulator = await startSimulator({ port: 0, profile: 'instant', models: ['m'], ...simulated });
  const { results } = await collect(workload, { endpoint: simulator.url, ...options });
  return results;
};

const TOPICS = ['ships', 'a lighthouse in a storm', 'naïve cafés in 東京'];

/** A request for each length, on its own. */
const lengths = (...tokens: number[]): WorkloadEntry[] =>
  tokens.map((output, index) => ({
    timestamp: 0,
    requests: [{ prompt: `Tell a story of ${TOPICS[index % TOPICS.length]}.`, output_length: output }],
  }));

/** Two turns of one session. */
const session = (first: string, second: string): WorkloadEntry[] =>
  [first, second].map((prompt) => ({ timestamp: 0, requests: [{ prompt, output_length: 7, session_id: 's' }] }));

describe.each(['chat', 'completions', 'responses'] as const)('the API %s', (api) => {
  it.each([true, false])(
    'has exactly the tokens that its usage says and the workload plans (streamed: %s)',
    async (streaming) => {
      const results = await run(lengths(1, 2, 17, 300), { api, streaming });
      for (const result of results) {
        const [message] = result.input ?? [];
        expect(result).toMatchObject({
          status: 'success',
          error_message: null,
          finish_reason: 'length',
          cached_tokens: 0,
        });
        expect(result.prompt_tokens).toBe(await count(message?.content));
        expect(result.output_tokens).toBe(await count(result.output));
        expect(result.output_tokens).toBe(result.output_length_planned);
        expect(result.total_tokens).toBe(Number(result.prompt_tokens) + Number(result.output_tokens));
        expect(result.ttft === null).toBe(!streaming);
      }
    },
  );

  it('carries the conversation from turn to turn', async () => {
    const [first, second] = await run(session('Why is the sky blue?', ' And at sunset?'), { api });
    expect(second).toMatchObject({ status: 'success', turn: 1 });
    expect(second?.input?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    const before = Number(first?.prompt_tokens) + Number(first?.output_tokens);
    expect(second?.prompt_tokens).toBe(before + (await count(' And at sunset?')));
  });

  it('measures the times of a stream', async () => {
    const results = await run(lengths(12), { api }, { profile: 'a100-llama-8b', stepTimeCv: 0 });
    const [result] = results;
    // A step takes 10.85 ms and a little; a busy machine may be late with the news of it, and never early.
    expect(Number(result?.ttft)).toBeGreaterThan(0.0108);
    expect(Number(result?.latency)).toBeGreaterThan(12 * 0.0108);
    expect(Number(result?.ttft)).toBeLessThan(Number(result?.latency));
    expect(result?.output_chunks).toBeGreaterThan(1);
    expect(result?.first_answer_time).toBe(result?.first_token_time);
  });
});

describe.each(['chat', 'completions'] as const)('usage in every chunk of %s', (api) => {
  it('tells the tokens of each read, where several come in one', async () => {
    simulator = await startSimulator({ port: 0, profile: 'instant', models: ['m'] });
    const { results, record } = await collect(lengths(5, 64), { endpoint: simulator.url, api, continuousUsage: true });
    expect(record.itl_tokens_source).toBe('usage');
    for (const result of results) {
      const later = (result.itl_tokens ?? []).reduce((sum, tokens) => sum + tokens, 0);
      expect(Number(result.first_read_tokens) + later).toBe(result.output_length_planned);
      expect(result.output_tokens).toBe(result.output_length_planned);
    }
  });
});

describe('token ids', async () => {
  const text = 'Tell a story of naïve cafés in 東京.';
  const ids = await tokensOf(text);
  const entry = (fields: object): WorkloadEntry[] => [
    { timestamp: 0, requests: [{ output_length: 4, prompt_token_ids: ids, ...fields }] },
  ];

  it('are the prompt of completions where there is no text', async () => {
    const [result] = await run(entry({}), { api: 'completions' });
    expect(result).toMatchObject({ status: 'success', prompt_tokens: ids.length, output_tokens: 4, input: null });
  });

  it('are sent in place of text where that is asked for, and get the answer of the text they stand for', async () => {
    const [asIds] = await run(entry({ prompt: text }), { api: 'completions', sendTokenIds: true });
    await simulator?.close();
    const [asText] = await run(entry({ prompt: text }), { api: 'completions' });
    expect(asIds).toMatchObject({ status: 'success', prompt_tokens: ids.length, output: asText?.output });
    expect(asIds?.input).toEqual([{ role: 'user', content: text }]);
  });

  it('are embedded', async () => {
    const [result] = await run(entry({}), { api: 'embeddings' });
    expect(result).toMatchObject({ status: 'success', prompt_tokens: ids.length, output_tokens: null });
  });
});

describe('embeddings', () => {
  it('have prompt tokens, a latency and nothing of an answer', async () => {
    const results = await run(lengths(5, 9), { api: 'embeddings', outputTokenLimit: 1 });
    for (const result of results) {
      const tokens = await count(result.input?.[0]?.content);
      expect(result).toMatchObject({
        ...{
          status: 'success',
          prompt_tokens: tokens,
          total_tokens: tokens,
          output_tokens: null,
          output: null,
          output_length_planned: null,
        },
        ...{
          ttft: null,
          tpot: null,
          throughput: null,
          first_token_time: null,
          output_chunks: null,
          finish_reason: null,
        },
      });
      expect(Number(result.latency)).toBeGreaterThan(0);
    }
  });

  it('take the time of a prefill', async () => {
    const workload = [{ timestamp: 0, requests: [{ prompt: ' word'.repeat(4000) }] }];
    const [result] = await run(workload, { api: 'embeddings' }, { profile: 'a100-llama-8b', stepTimeCv: 0 });
    // 10.85 ms for the step and 0.103 ms a token.
    expect(Number(result?.latency)).toBeGreaterThan(0.4);
    expect(result?.prompt_tokens).toBe(4000);
  });

  it('keep the order of a session, and each turn stands alone', async () => {
    const results = await run(session('one two', ' three'), { api: 'embeddings' });
    expect(results.map(({ turn, prompt_tokens }) => [turn, prompt_tokens])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(results[1]?.scheduled_time).toBe(results[0]?.end_time);
  });
});

it('a refusal of the server is told in its words, whatever the API', async () => {
  for (const api of ['chat', 'completions', 'responses', 'embeddings'] as const) {
    const prompt = ' word'.repeat(200);
    const [result] = await run(
      [{ timestamp: 0, requests: [{ prompt, output_length: 5 }] }],
      { api },
      { maxModelLen: 100 },
    );
    expect(result).toMatchObject({ status: 'error', error_type: 'http_4xx', http_status: 400, output_tokens: null });
    expect(result?.error_message).toContain("This model's maximum context length is 100 tokens");
    await simulator?.close();
  }
});
