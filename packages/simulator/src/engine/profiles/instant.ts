import type { EngineProfile } from '../engine-profile.js';

/**
 * No model time: a request is answered as fast as the sockets allow, all its tokens at once. For tests, for measuring a
 * client, and for replaying a trace without waiting for a model. The limits are out of the way of any real workload; the
 * KV cache is no larger than that, so that the accounting of its blocks takes less than 50 MB.
 */
export const instant: EngineProfile = {
  name: 'instant',
  stepTime: {
    baseMs: 0,
    perPrefillTokenMs: 0,
    perPrefillTokenPairMs: 0,
    perDecodeSequenceMs: 0,
    perContextTokenMs: 0,
  },
  stepTimeCv: 0,
  maxNumSeqs: 65_536,
  maxNumBatchedTokens: 1_048_576,
  maxModelLen: 1_048_576,
  kvCacheTokens: 16_777_216,
};
