import { describe, expect, it } from 'vitest';
import { DEFAULT_METRIC_NAMES } from './default-names.js';
import { createNameFilter } from './name-filter.js';

describe('createNameFilter', () => {
  const isKept = createNameFilter(DEFAULT_METRIC_NAMES);

  it.each([
    'vllm:num_requests_running',
    'vllm:time_to_first_token_seconds_bucket',
    'vllm:cache_config_info',
    'sglang:token_usage',
    'gateway_in_flight_requests',
    'gateway_e2e_duration_seconds_sum',
    'aibrix_pod_metrics_fetch_failures_total',
    'time_to_first_token_seconds_p99',
    'request_queue_time_seconds_count',
    'process_resident_memory_bytes',
  ])('keeps %s by default', (name) => expect(isKept(name)).toBe(true));

  it.each([
    'python_gc_objects_collected_total',
    'http_requests_total',
    'vllm_like',
    'go_goroutines',
    'vllm:prompt_tokens_created',
  ])('leaves %s out by default', (name) => expect(isKept(name)).toBe(false));

  it('takes the samples of a histogram along with its name', () => {
    const filter = createNameFilter(['my_seconds', 'queue.depth']);
    expect(['my_seconds_bucket', 'my_seconds_sum', 'my_seconds_count', 'queue.depth'].every(filter)).toBe(true);
    expect(['my_seconds_other', 'not_my_seconds', 'queueXdepth', 'my_seconds_created'].some(filter)).toBe(false);
  });

  it('keeps the times of creation where they are asked for', () => {
    expect(createNameFilter(['*_created'])('a_created')).toBe(true);
  });

  it('keeps everything for *, and nothing for no pattern', () => {
    expect(createNameFilter(['*'])('go_goroutines')).toBe(true);
    expect(createNameFilter([])('go_goroutines')).toBe(false);
  });
});
