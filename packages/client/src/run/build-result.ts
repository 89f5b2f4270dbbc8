import { requestFigures } from '@aibrix/metrics';
import type { ChatMessage, RequestResult } from '@aibrix/schema';
import type { AttemptsOutcome } from '../exchange/attempts.js';
import type { ResponseHeaders } from '../exchange/exchange.js';
import type { Failure } from '../exchange/failure.js';
import type { RunSettings } from '../options.js';
import type { Answer } from '../protocol/answer.js';
import { PROTOCOLS } from '../protocol/protocols.js';
import type { Redaction } from '../redaction.js';
import type { PlannedRequest } from './planned-request.js';

/** A request's place in the schedule: epoch and plain milliseconds. */
export interface Placement {
  planned: PlannedRequest;
  plannedMs: number;
  scheduledMs: number | null;
  queueMs: number;
  /** Turn within its session, from 0; null without one. */
  turn: number | null;
}

const MICROSECONDS_PER_SECOND = 1e6;

/** Seconds with microsecond digits: beyond that a stamp is noise. */
const seconds = (ms: number | null): number | null =>
  ms === null ? null : Math.round(ms * 1000) / MICROSECONDS_PER_SECOND;

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * MICROSECONDS_PER_SECOND) / MICROSECONDS_PER_SECOND;

const MESSAGE_CHARACTERS = 500;

const shortened = (text: string): string =>
  text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;

const header = (headers: ResponseHeaders, name: string): string | null => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

/** The fields that every result has, whatever became of the request. */
const frame = (placement: Placement, failure: Failure | null, settings: RunSettings): RequestResult => {
  const { planned, plannedMs, scheduledMs, queueMs, turn } = placement;
  const { request } = planned;
  return {
    request_id: planned.index,
    workload_id: planned.workloadId,
    status: failure ? 'error' : 'success',
    error_type: failure?.type ?? null,
    error_code: failure?.code ?? null,
    error_message: failure?.message ?? null,
    session_id: request.session_id ?? null,
    turn,
    model: request.model ?? settings.model,
    ...(request.user != null && { user: request.user }),
    ...(settings.routingStrategy !== null && { routing_strategy: settings.routingStrategy }),
    ...(request.tags != null && { tags: request.tags }),
    prompt_length_planned: request.prompt_length ?? null,
    output_length_planned: PROTOCOLS[settings.api].isGenerative ? (request.output_length ?? null) : null,
    planned_time: seconds(plannedMs),
    scheduled_time: seconds(scheduledMs),
    queue_time: scheduledMs === null ? null : seconds(queueMs),
  };
};

/** The result of a request that was never sent. */
export const unsentResult = (
  placement: Placement,
  failure: Failure,
  settings: RunSettings,
  endMs: number,
): RequestResult => ({
  ...frame(placement, failure, settings),
  prompt_tokens: null,
  output_tokens: null,
  total_tokens: null,
  latency: null,
  throughput: null,
  start_time: null,
  end_time: seconds(endMs),
  ttft: null,
  tpot: null,
  target_pod: null,
  target_request_id: null,
  attempts: 0,
});

/** The strategy that the gateway says it used, in place of the one that was asked for. */
const routedBy = (strategy: string | null): { routing_strategy?: string } =>
  strategy === null ? {} : { routing_strategy: strategy };

/** Text of the answer, or of its tool calls where it has no other; null where there is none to have. */
const recordedText = ({ text, toolCalls, hasText }: Answer, redaction: Redaction): string | null =>
  hasText ? redaction.answer(text || toolCalls.trim()) : null;

/** The result of a request that was sent, or whose sending failed. */
export const buildResult = (
  placement: Placement,
  messages: readonly ChatMessage[],
  outcome: AttemptsOutcome,
  { settings, redaction }: { settings: RunSettings; redaction: Redaction },
): RequestResult => {
  const { answer, headers, sentMs, endMs } = outcome;
  const failure = outcome.failure && {
    ...outcome.failure,
    message: shortened(redaction.message(outcome.failure.message)),
  };
  const { usage } = answer;
  const told = (name: string): string | null => {
    const value = header(headers, name);
    return value === null ? null : redaction.message(value);
  };
  const figures = requestFigures({
    startTime: sentMs === null ? null : sentMs / 1000,
    firstTokenTime: answer.firstTokenMs === null ? null : answer.firstTokenMs / 1000,
    lastTokenTime: answer.lastTokenMs === null ? null : answer.lastTokenMs / 1000,
    endTime: endMs / 1000,
    outputTokens: usage?.outputTokens ?? null,
    firstReadTokens: answer.firstReadTokens,
    isStreamed: settings.streaming,
  });
  // A failed request has clocks and tokens so far; figures of whole answers would not be comparable.
  const isWhole = failure === null;
  const { scheduledMs } = placement;
  return {
    ...frame(placement, failure, settings),
    ...(settings.recordText && {
      input: messages.length > 0 ? [...messages] : null,
      output: recordedText(answer, redaction),
    }),
    prompt_tokens: usage?.promptTokens ?? null,
    output_tokens: isWhole ? (usage?.outputTokens ?? null) : null,
    total_tokens: isWhole ? (usage?.totalTokens ?? null) : null,
    cached_tokens: usage?.cachedTokens ?? null,
    reasoning_tokens: isWhole ? (usage?.reasoningTokens ?? null) : null,
    partial_tokens: isWhole || !settings.streaming ? null : answer.tokensSoFar,
    latency: rounded(figures.latency),
    throughput: isWhole ? rounded(figures.throughput) : null,
    start_time: seconds(sentMs),
    first_token_time: seconds(answer.firstTokenMs),
    first_answer_time: seconds(answer.firstAnswerMs),
    last_token_time: seconds(answer.lastTokenMs),
    end_time: seconds(endMs),
    ttft: rounded(figures.ttft),
    tpot: isWhole ? rounded(figures.tpot) : null,
    connect_time: sentMs === null ? null : seconds(sentMs - outcome.handedMs),
    dispatch_lag: sentMs === null || scheduledMs === null ? null : seconds(sentMs - scheduledMs),
    ...(settings.recordItl &&
      settings.streaming && {
        itl: answer.gapsMs.map((gap) => seconds(gap) as number),
        itl_tokens: answer.gapTokens,
      }),
    first_read_tokens: answer.firstReadTokens,
    output_chunks: settings.streaming ? answer.reads : null,
    finish_reason: answer.finishReason,
    http_status: outcome.httpStatus,
    attempts: outcome.attempts,
    ...routedBy(told('routing-strategy')),
    target_pod: told('target-pod'),
    target_request_id: told('request-id'),
    target_pod_ip: told('target-pod-ip'),
    prefill_target_pod: told('prefill-target-pod'),
  };
};
