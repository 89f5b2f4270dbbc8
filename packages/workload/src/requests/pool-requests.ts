import type { PromptPool } from '../pool/prompt-pool.js';
import { plainRequests } from './plain-requests.js';
import type { PoolUse } from './prompt-material.js';
import type { RequestMaker } from './request-maker.js';
import { type SessionRequestsOptions, sessionRequests } from './session-requests.js';

/** Requests from a pool as it is: turns of its sessions, or single prompts. */
export const poolRequests =
  (options: SessionRequestsOptions) =>
  (pool: PromptPool, use: PoolUse): RequestMaker =>
    pool.hasSessions ? sessionRequests(pool, options, use) : plainRequests(pool, options, use);
