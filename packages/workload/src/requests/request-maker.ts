import type { Synthesis, TokenizerIdentity, WorkloadRequest } from '@aibrix/schema';
import type { WorkloadFindings } from '../generated-workload.js';
import type { TargetLengths } from '../matching/target-lengths.js';

/** Makes one request after another, each of about or exactly the lengths asked for. */
export interface RequestMaker {
  /** A promise only where a text must be read: waiting for nothing would cost more than the request. */
  next(target: TargetLengths): WorkloadRequest | Promise<WorkloadRequest>;
  findings(): WorkloadFindings;
}

/** Starts a new sequence of requests; the same one each time. */
export interface RequestMaking {
  start(): RequestMaker;
  /** What counted or made the prompts. */
  tokenizer: TokenizerIdentity | undefined;
  /** How exact made prompts are. */
  synthesis: Synthesis | undefined;
  /** Where they were chosen from. */
  dataset: { name: string; sha256: string } | undefined;
}

/** How a request gets a prompt of the wanted length: chosen from a dataset, or made to the exact number of tokens. */
export type LengthMode = 'match' | 'exact';
