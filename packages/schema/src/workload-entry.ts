import { z } from 'zod';
import { type ChatMessage, chatMessageSchema } from './dataset-record.js';

/** One request of a workload. Lengths are in tokens. */
export interface WorkloadRequest {
  /** Text of the user message. Absent in a workload made for planning only. */
  prompt?: string | null | undefined;
  /** Tokens of `prompt`: of this turn's text, without earlier turns. */
  prompt_length?: number | null | undefined;
  /** Tokens to produce; null or absent: as many as the model likes, up to the client's limit. */
  output_length?: number | null | undefined;
  /** Requests with the same id run one after another, each with the conversation so far. */
  session_id?: string | number | null | undefined;
  /** Unique in the file; `<entry>-<index>`, both counted from 0, where it is absent. */
  id?: string | null | undefined;
  /** Model to ask, in place of the run's. */
  model?: string | null | undefined;
  /** Sent as the header `user`. */
  user?: string | null | undefined;
  /** Messages to send in place of `prompt`. */
  messages?: ChatMessage[] | null | undefined;
  prompt_token_ids?: number[] | null | undefined;
  /** Recorded answer, for a history that does not depend on the server. */
  completion?: string | null | undefined;
  /**
   * Ids of the requests that must have ended before this one. A request that has them, be the list empty, holds its whole
   * context: no conversation is put before it.
   */
  parents?: string[] | null | undefined;
  /** Think or tool time after them, in milliseconds. */
  delay_ms?: number | null | undefined;
  /** Tokens of the whole conversation when this request is sent. */
  context_length_planned?: number | null | undefined;
  /** Tokens that an ideal prefix cache would already hold. */
  cached_tokens_expected?: number | null | undefined;
  tags?: Record<string, unknown> | null | undefined;
}

/** A line of a workload file: what is sent at one point of time. Fields that are not named here pass through. */
export interface WorkloadEntry {
  /** Milliseconds from the start of the workload. */
  timestamp: number;
  /** May be empty. */
  requests: WorkloadRequest[];
}

/** No text has more. */
const MAX_TOKENS = 2 ** 31 - 1;
/** Some 31 years. */
const MAX_TIME_MS = 1e12;
const tokens = z.number().nonnegative().max(MAX_TOKENS);

export const workloadRequestSchema: z.ZodType<WorkloadRequest> = z.looseObject({
  prompt: z.string().nullish(),
  prompt_length: tokens.nullish(),
  output_length: tokens.nullish(),
  session_id: z.union([z.string(), z.number()]).nullish(),
  id: z.string().nullish(),
  model: z.string().nullish(),
  user: z.string().nullish(),
  messages: z.array(chatMessageSchema).nullish(),
  prompt_token_ids: z.array(z.number().int().nonnegative()).nullish(),
  completion: z.string().nullish(),
  parents: z.array(z.string()).nullish(),
  delay_ms: z.number().nonnegative().max(MAX_TIME_MS).nullish(),
  context_length_planned: tokens.nullish(),
  cached_tokens_expected: tokens.nullish(),
  tags: z.record(z.string(), z.unknown()).nullish(),
});

export const workloadEntrySchema: z.ZodType<WorkloadEntry> = z.looseObject({
  timestamp: z.number().nonnegative().max(MAX_TIME_MS),
  requests: z.array(workloadRequestSchema),
});
