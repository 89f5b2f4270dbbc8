import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonl } from '@aibrix/core/jsonl';
import { startSimulator, type TruthRecord } from '@aibrix/simulator';
import { expect, it } from 'vitest';
import { collect } from './collect.js';

it('measures what the simulator knows to be true: tokens exactly, times from outside', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'truth-'));
  const truthLog = join(folder, 'truth.jsonl');
  const simulator = await startSimulator({ port: 0, profile: 'a100-llama-8b', models: ['m'], truthLog });
  const workload = Array.from({ length: 40 }, (_, index) => ({
    timestamp: index * 50,
    requests: [{ prompt: 'Tell a story of ships. '.repeat(1 + index), output_length: 1 + (index % 12) }],
  }));
  const { results } = await collect(workload, { endpoint: simulator.url });
  await simulator.close();
  const truths = new Map<string, TruthRecord>();
  for await (const truth of readJsonl<TruthRecord>(truthLog)) truths.set(truth.request_id, truth);
  await rm(folder, { recursive: true });

  expect(results).toHaveLength(40);
  for (const result of results) {
    const truth = truths.get(result.target_request_id ?? '');
    if (!truth) throw new Error(`no truth of request ${result.request_id}`);
    expect(result).toMatchObject({
      status: 'success',
      prompt_tokens: truth.prompt_tokens,
      output_tokens: truth.output_tokens,
    });
    expect(result.output_tokens).toBe(result.output_length_planned);
    // The client starts before the server sees the request, and has the first token after it was written; the two
    // clocks are anchored apart, to within a millisecond.
    const trueTtft = Number(truth.first_byte_time) - truth.arrival_time;
    expect(Number(result.ttft)).toBeGreaterThan(trueTtft - 0.001);
    expect(Number(result.latency)).toBeGreaterThan(Number(truth.end_time) - truth.arrival_time - 0.001);
  }
  const errors = results.map((result) => {
    const truth = truths.get(result.target_request_id ?? '') as TruthRecord;
    return Number(result.ttft) - (Number(truth.first_byte_time) - truth.arrival_time);
  });
  // A bound for a machine that does other things too; on a quiet one the median is a fraction of a millisecond.
  const median = errors.toSorted((a, b) => a - b)[20] as number;
  expect(median).toBeLessThan(0.02);
});
