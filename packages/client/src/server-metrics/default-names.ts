/**
 * Names of the metrics that are kept unless others are asked for. `*` is any run of characters. A pattern that names a
 * histogram, a summary or a counter takes its `_bucket`, `_sum`, `_count` and `_total` along.
 */
export const DEFAULT_METRIC_NAMES: readonly string[] = [
  // vLLM: queue, KV cache, prefix cache, tokens, and the histograms of requests (docs.vllm.ai, "Production metrics").
  'vllm:*',
  // SGLang, started with --enable-metrics (docs.sglang.io, "Production metrics").
  'sglang:*',
  // AIBrix gateway: its own counters (vllm-project/aibrix, pkg/metrics/gateway_metrics.go and custom_metrics.go) …
  'gateway_*',
  'aibrix_*',
  // … and what it says of each pod, under vLLM's names without their prefix (pkg/metrics/metrics.go).
  'num_requests_*',
  'num_preemptions_total',
  'request_success_total',
  'kv_cache_usage_perc',
  'gpu_cache_usage_perc',
  'cpu_cache_usage_perc',
  'prefix_cache_*',
  'external_prefix_cache_*',
  'prompt_tokens_total',
  'generation_tokens_total',
  'time_to_first_token_seconds*',
  'time_per_output_token_seconds*',
  'inter_token_latency_seconds*',
  'e2e_request_latency_seconds*',
  'request_*_time_seconds*',
  'request_prompt_tokens*',
  'request_generation_tokens*',
  'engine_utilization',
  'realtime_*',
  'vtc_*',
  // CPU and memory of the process, as Prometheus client libraries name them (prometheus.io, "Writing client libraries").
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
];
