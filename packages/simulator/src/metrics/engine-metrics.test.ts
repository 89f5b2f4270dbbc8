import { describe, expect, it } from 'vitest';
import type { Simulator } from '../server/simulator.js';
import { ask } from '../server/testing/ask.js';
import { bodyFor, post, start, steadyProfile, until } from '../server/testing/chat.js';
import { tokenBuckets } from './histogram-buckets.js';

const textOf = async (simulator: Simulator): Promise<string> => (await fetch(`${simulator.url}/metrics`)).text();

/** Samples by name and labels, as they are written. */
const samplesOf = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );

const POD_0 = 'model_name="m",engine="0",pod="sim-pod-0"';

describe('GET /metrics', () => {
  it('has the names of vLLM, in the text format of Prometheus', async () => {
    const simulator = await start({ models: ['m'] });
    await (await post(simulator, bodyFor(3))).text();
    const response = await fetch(`${simulator.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const types = [...(await response.text()).matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    expect(types.toSorted()).toEqual([
      'vllm:cache_config_info gauge',
      'vllm:e2e_request_latency_seconds histogram',
      'vllm:generation_tokens_total counter',
      'vllm:inter_token_latency_seconds histogram',
      'vllm:kv_cache_usage_perc gauge',
      'vllm:num_preemptions_total counter',
      'vllm:num_requests_running gauge',
      'vllm:num_requests_waiting gauge',
      'vllm:prefix_cache_hits_total counter',
      'vllm:prefix_cache_queries_total counter',
      'vllm:prompt_tokens_total counter',
      'vllm:request_decode_time_seconds histogram',
      'vllm:request_generation_tokens histogram',
      'vllm:request_inference_time_seconds histogram',
      'vllm:request_prefill_time_seconds histogram',
      'vllm:request_prompt_tokens histogram',
      'vllm:request_queue_time_seconds histogram',
      'vllm:request_success_total counter',
      'vllm:request_time_per_output_token_seconds histogram',
      'vllm:time_to_first_token_seconds histogram',
    ]);
  });

  it('counts tokens and requests, each once', async () => {
    const simulator = await start({ models: ['m'] });
    for (const tokens of [1, 2, 5]) await (await post(simulator, bodyFor(tokens))).text();
    const samples = samplesOf(await textOf(simulator));
    expect(samples).toMatchObject({
      [`vllm:prompt_tokens_total{${POD_0}}`]: 9,
      [`vllm:generation_tokens_total{${POD_0}}`]: 8,
      [`vllm:prefix_cache_queries_total{${POD_0}}`]: 9,
      [`vllm:request_success_total{${POD_0},finished_reason="length"}`]: 3,
      [`vllm:request_success_total{${POD_0},finished_reason="stop"}`]: 0,
      [`vllm:request_prompt_tokens_sum{${POD_0}}`]: 9,
      [`vllm:request_generation_tokens_sum{${POD_0}}`]: 8,
      [`vllm:request_generation_tokens_bucket{le="2",${POD_0}}`]: 2,
      [`vllm:time_to_first_token_seconds_count{${POD_0}}`]: 3,
      [`vllm:e2e_request_latency_seconds_count{${POD_0}}`]: 3,
    });
    // Asked for twice it says the same.
    expect(samplesOf(await textOf(simulator))).toEqual(samples);
  });

  it('tells the times of the engine’s model', async () => {
    const simulator = await start({ models: ['m'], profile: steadyProfile(20) });
    await (await post(simulator, bodyFor(4))).text();
    const samples = samplesOf(await textOf(simulator));
    const sum = (name: string): number => samples[`vllm:${name}_seconds_sum{${POD_0}}`] ?? Number.NaN;
    expect(samples[`vllm:inter_token_latency_seconds_count{${POD_0}}`]).toBe(3);
    expect(sum('inter_token_latency')).toBeCloseTo(0.06, 6);
    expect(sum('request_decode_time')).toBeCloseTo(0.06, 6);
    expect(sum('request_time_per_output_token')).toBeCloseTo(0.02, 6);
    expect(sum('request_prefill_time')).toBeCloseTo(0.02, 6);
    expect(sum('request_inference_time')).toBeCloseTo(0.08, 6);
    expect(sum('e2e_request_latency')).toBeCloseTo(sum('request_queue_time') + 0.08, 6);
    expect(sum('time_to_first_token')).toBeCloseTo(sum('request_queue_time') + 0.02, 6);
  });

  it('tells what runs and waits now, by pod, and what was given up', async () => {
    const simulator = await start({
      models: ['m'],
      replicas: 2,
      routingStrategy: 'round-robin',
      profile: steadyProfile(10),
      maxNumSeqs: 1,
    });
    const aborter = new AbortController();
    const long = bodyFor(5_000, { stream: true });
    const requests = [1, 2, 3].map(() => post(simulator, long, { signal: aborter.signal }));
    await until(() => simulator.stats().waiting === 1 && simulator.stats().running === 2);
    const busy = samplesOf(await textOf(simulator));
    const pod1 = 'model_name="m",engine="1",pod="sim-pod-1"';
    expect(busy).toMatchObject({
      [`vllm:num_requests_running{${POD_0}}`]: 1,
      [`vllm:num_requests_waiting{${POD_0}}`]: 1,
      [`vllm:num_requests_running{${pod1}}`]: 1,
      [`vllm:num_requests_waiting{${pod1}}`]: 0,
    });
    expect(busy[`vllm:kv_cache_usage_perc{${pod1}}`]).toBeGreaterThan(0);
    aborter.abort();
    await Promise.allSettled(requests);
    await until(() => simulator.stats().abandoned === 3);
    expect(samplesOf(await textOf(simulator))).toMatchObject({
      [`vllm:num_requests_running{${POD_0}}`]: 0,
      [`vllm:request_success_total{${POD_0},finished_reason="abort"}`]: 2,
      [`vllm:request_success_total{${pod1},finished_reason="abort"}`]: 1,
    });
  });

  it('counts what is found in the prefix cache, of every API, and what was preempted', async () => {
    const simulator = await start({ models: ['m'], replicas: 2, routingStrategy: 'round-robin' });
    const prompt = Array.from({ length: 80 }, (_, index) => index + 1_000);
    // Both pods compute it once; each finds all but the last of its blocks the second time.
    for (let request = 0; request < 4; request++) {
      await (await ask(simulator, '/v1/completions', { model: 'm', prompt, max_tokens: 1 })).text();
    }
    const samples = samplesOf(await textOf(simulator));
    for (const pod of [POD_0, 'model_name="m",engine="1",pod="sim-pod-1"']) {
      expect(samples).toMatchObject({
        [`vllm:prefix_cache_queries_total{${pod}}`]: 160,
        [`vllm:prefix_cache_hits_total{${pod}}`]: 64,
        [`vllm:num_preemptions_total{${pod}}`]: 0,
      });
    }
  });

  it('keeps two simulators of one process apart', async () => {
    const [one, other] = [await start({ models: ['m'] }), await start({ models: ['m'] })];
    await (await post(one, bodyFor(3))).text();
    expect(samplesOf(await textOf(one))[`vllm:prompt_tokens_total{${POD_0}}`]).toBe(3);
    expect(samplesOf(await textOf(other))[`vllm:prompt_tokens_total{${POD_0}}`]).toBe(0);
  });

  it('names no model where every name is served', async () => {
    expect(await textOf(await start())).toContain(
      'vllm:num_requests_running{model_name="any",engine="0",pod="sim-pod-0"} 0',
    );
  });
});

it('token buckets are 1, 2, 5 times powers of ten', () => {
  expect(tokenBuckets(120)).toEqual([1, 2, 5, 10, 20, 50, 100]);
});
