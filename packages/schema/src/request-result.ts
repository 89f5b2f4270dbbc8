import { z } from 'zod';
import { type ChatMessage, chatMessageSchema } from './dataset-record.js';

/** The classes of failure. Results of other tools may carry other words. */
export const ERROR_TYPES = [
  /** Its deadline passed. */
  'timeout',
  /** No connection, or it broke before a response began. */
  'connection',
  /** A status from 400 to 499. */
  'http_4xx',
  /** A status from 500 to 599, or another that is no success. */
  'http_5xx',
  /** The AIBrix gateway refused it (an `x-error-*` header), whatever the status. */
  'gateway',
  /** The response ended or broke before it was complete. */
  'stream_interrupted',
  /** The response is not what the protocol says. */
  'malformed_stream',
  /** Ended by a duration limit, or by the caller. */
  'cancelled',
  /** Never sent, because the client was asked to drop what it cannot send on time. */
  'dropped',
  /** A turn after a failed one. */
  'skipped',
] as const;

export type ErrorType = (typeof ERROR_TYPES)[number];

const NEVER_SENT: ReadonlySet<string> = new Set<ErrorType>(['cancelled', 'dropped', 'skipped']);

/** Whether a request was given up before it was sent: nobody's failure, and no load either. */
export const wasNeverSent = (result: RequestResult): boolean =>
  result.status === 'error' && result.start_time == null && NEVER_SENT.has(result.error_type ?? '');

type Nullable<T> = T | null | undefined;

/**
 * What came of one request: a line of the client's output. Times are seconds since the Unix epoch on one monotonic
 * clock, durations are seconds; null is "did not happen" or "not reported", never 0.
 * Files of the Python tool hold a part of these fields.
 */
export interface RequestResult {
  /** Number of the request within its run, from 0. */
  request_id: number | string;
  /** `id` of the request in the workload. */
  workload_id?: Nullable<string>;
  status: 'success' | 'error';
  /** One of `ERROR_TYPES` in our files. */
  error_type?: Nullable<string>;
  error_message?: Nullable<string>;
  /** System or protocol code of the cause, such as `ECONNREFUSED` or the header's name. */
  error_code?: Nullable<string>;
  /** Only in files of the Python tool. */
  error_traceback?: Nullable<string>;

  /** Messages sent. */
  input?: Nullable<ChatMessage[]>;
  /** Text received. */
  output?: Nullable<string>;

  /** Tokens as the server reports them. */
  prompt_tokens?: Nullable<number>;
  output_tokens?: Nullable<number>;
  total_tokens?: Nullable<number>;
  cached_tokens?: Nullable<number>;
  reasoning_tokens?: Nullable<number>;
  /** Tokens that had arrived when the request failed or was cancelled. */
  partial_tokens?: Nullable<number>;
  prompt_length_planned?: Nullable<number>;
  output_length_planned?: Nullable<number>;

  /** Run start + timestamp · time scale. */
  planned_time?: Nullable<number>;
  /** When it might start: planned, or later where it had to wait for earlier turns. */
  scheduled_time?: Nullable<number>;
  /** Seconds it then waited because the user limited something. */
  queue_time?: Nullable<number>;
  /** Just before the bytes of the first attempt went to the socket. */
  start_time?: Nullable<number>;
  /** Arrival of the read with the first text, reasoning or tool-call delta that is not empty. */
  first_token_time?: Nullable<number>;
  /** The same for content. */
  first_answer_time?: Nullable<number>;
  /** Arrival of the read with the last such delta. */
  last_token_time?: Nullable<number>;
  /** End of the response, the failure or the cancellation. */
  end_time?: Nullable<number>;

  /** end − start. */
  latency?: Nullable<number>;
  /** first token − start; null without streaming. */
  ttft?: Nullable<number>;
  /** Time per output token after the first, in seconds. */
  tpot?: Nullable<number>;
  /** output tokens / latency, tokens per second. */
  throughput?: Nullable<number>;
  /** From handing the request to the transport to its bytes going out: opening a connection, where there was none. */
  connect_time?: Nullable<number>;
  /** start − scheduled. The client itself is late by this − `queue_time` − `connect_time`. */
  dispatch_lag?: Nullable<number>;
  /** Tokens in the first token-carrying read, counted as `itl_tokens` are. */
  first_read_tokens?: Nullable<number>;
  /** Gaps between successive token-carrying reads. */
  itl?: Nullable<number[]>;
  /** Tokens in the read that ends each gap; as long as `itl`. */
  itl_tokens?: Nullable<number[]>;

  /** Token-carrying reads. */
  output_chunks?: Nullable<number>;
  finish_reason?: Nullable<string>;
  http_status?: Nullable<number>;
  attempts?: Nullable<number>;
  model?: Nullable<string>;
  user?: Nullable<string>;
  session_id?: Nullable<string | number>;
  /** Turn within the session, from 0. */
  turn?: Nullable<number>;
  routing_strategy?: Nullable<string>;
  /** From the response headers of the AIBrix gateway. */
  target_pod?: Nullable<string>;
  target_request_id?: Nullable<string>;
  target_pod_ip?: Nullable<string>;
  prefill_target_pod?: Nullable<string>;
  worker?: Nullable<number>;
  shard?: Nullable<number>;
  tags?: Nullable<Record<string, unknown>>;
}

const number = z.number().nullish();
const text = z.string().nullish();

export const requestResultSchema: z.ZodType<RequestResult> = z.looseObject({
  request_id: z.union([z.number(), z.string()]),
  workload_id: text,
  status: z.enum(['success', 'error']),
  error_type: text,
  error_message: text,
  error_code: text,
  error_traceback: text,
  input: z.array(chatMessageSchema).nullish(),
  output: text,
  prompt_tokens: number,
  output_tokens: number,
  total_tokens: number,
  cached_tokens: number,
  reasoning_tokens: number,
  partial_tokens: number,
  prompt_length_planned: number,
  output_length_planned: number,
  planned_time: number,
  scheduled_time: number,
  queue_time: number,
  start_time: number,
  first_token_time: number,
  first_answer_time: number,
  last_token_time: number,
  end_time: number,
  latency: number,
  ttft: number,
  tpot: number,
  throughput: number,
  connect_time: number,
  dispatch_lag: number,
  first_read_tokens: number,
  itl: z.array(z.number()).nullish(),
  itl_tokens: z.array(z.number()).nullish(),
  output_chunks: number,
  finish_reason: text,
  http_status: number,
  attempts: number,
  model: text,
  user: text,
  session_id: z.union([z.string(), z.number()]).nullish(),
  turn: number,
  routing_strategy: text,
  target_pod: text,
  target_request_id: text,
  target_pod_ip: text,
  prefill_target_pod: text,
  worker: number,
  shard: number,
  tags: z.record(z.string(), z.unknown()).nullish(),
});
