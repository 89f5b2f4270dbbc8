import type { EngineProfile } from '../engine-profile.js';

// Llama 3.1 8B, from its published configuration: 32 layers, hidden size 4,096, 8 key-value heads of 128, bfloat16.
const PARAMETERS = 8.03e9;
const LAYERS = 32;
const HIDDEN_SIZE = 4_096;
const KEY_VALUE_WIDTH = 8 * 128;
const BYTES_PER_NUMBER = 2;
const WEIGHT_BYTES = PARAMETERS * BYTES_PER_NUMBER;
/** Keys and values of one token: 131,072 bytes. */
const KV_BYTES_PER_TOKEN = 2 * LAYERS * KEY_VALUE_WIDTH * BYTES_PER_NUMBER;

// A100 80 GB SXM, from NVIDIA's data sheet: dense bfloat16 peak and memory bandwidth.
const PEAK_FLOPS = 312e12;
const PEAK_BYTES_PER_SECOND = 2_039e9;
const MEMORY_BYTES = 80e9;

// Assumed, as typical of a well-tuned serving engine: the shares of both peaks that large kernels reach, the time the
// host takes between two steps, and vLLM's default share of memory with 2 GB of it for activations.
const FLOPS = 0.5 * PEAK_FLOPS;
const BYTES_PER_SECOND = 0.8 * PEAK_BYTES_PER_SECOND;
const HOST_MS = 1;
const KV_BYTES = 0.9 * MEMORY_BYTES - WEIGHT_BYTES - 2e9;

/**
 * Resembles Llama 3.1 8B (bfloat16) on one A100 80 GB under vLLM. Roofline arithmetic on public figures, not a fit to
 * measurements:
 *
 * | term | formula | value |
 * | --- | --- | --- |
 * | base | weight bytes / bandwidth + 1 ms of host work | 10.85 ms |
 * | prefill token | 2 · parameters / FLOP/s | 0.103 ms (9,700 tokens/s) |
 * | prefill token pair | 4 · layers · hidden size / FLOP/s | 3.4 ns |
 * | decode sequence | 2 · parameters / peak FLOP/s (half of it hides behind reading the weights) | 0.051 ms |
 * | context token | 131,072 key-value bytes / bandwidth | 80 ns |
 * | KV cache | (0.9 · 80 GB − weights − 2 GB) / 131,072 bytes | 411,500 tokens |
 *
 * So one sequence decodes at about 11 ms a token, 64 sequences with 1,000 tokens of context each at about 19 ms, and a
 * prompt of 1,000 tokens has its first token after about 115 ms.
 */
export const a100Llama8b: EngineProfile = {
  name: 'a100-llama-8b',
  stepTime: {
    baseMs: (1e3 * WEIGHT_BYTES) / BYTES_PER_SECOND + HOST_MS,
    perPrefillTokenMs: (1e3 * 2 * PARAMETERS) / FLOPS,
    perPrefillTokenPairMs: (1e3 * 4 * LAYERS * HIDDEN_SIZE) / FLOPS,
    perDecodeSequenceMs: (1e3 * 2 * PARAMETERS) / PEAK_FLOPS,
    perContextTokenMs: (1e3 * KV_BYTES_PER_TOKEN) / BYTES_PER_SECOND,
  },
  stepTimeCv: 0.1,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8_192,
  maxModelLen: 131_072,
  kvCacheTokens: Math.floor(KV_BYTES / KV_BYTES_PER_TOKEN),
};
