import type { FinishReason } from '../completion/answer-length.js';
import type { AnswerSink, ChatService, PlannedChat } from '../completion/chat-service.js';
import type { Exchange } from './exchange.js';
import { readBody } from './read-body.js';
import type { TruthRecord } from './truth-log.js';

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'transfer-encoding': 'chunked' };
const JSON_TYPE = { 'content-type': 'application/json' };

export interface ChatEndpointOptions {
  chat: ChatService;
  /** Throws an ApiError when the header does not open the door. */
  authorize: (header: string | undefined) => void;
  maxBodyBytes: number;
  /** Before the body is read: false when the request was answered there, by a fault. */
  meetFaults: (exchange: Exchange) => boolean;
  /** When the body is there: says where it will run. Throws an ApiError when it may not pass. */
  admit: (exchange: Exchange, body: string) => void;
  /** A request came. */
  onArrival: () => void;
  /** It ended, one way or another; `planned` is the reason its answer has or was to have, undefined before that was known. */
  onEnd: (truth: TruthRecord, planned: FinishReason | undefined) => void;
}

const sinkFor = (exchange: Exchange, planned: PlannedChat): AnswerSink => {
  if (!planned.stream) {
    return { write: (text) => exchange.write(text), end: (text) => exchange.send(200, JSON_TYPE, text) };
  }
  exchange.open(200, EVENT_STREAM);
  return exchange;
};

/** Serves `POST /v1/chat/completions`, and tells the truth of each request. */
export const createChatEndpoint = (options: ChatEndpointOptions): ((exchange: Exchange) => Promise<void>) => {
  const { chat, authorize, maxBodyBytes, meetFaults, admit, onArrival, onEnd } = options;
  return async (exchange) => {
    let planned: PlannedChat | undefined;
    onArrival();
    exchange.onEnd = (status, { arrivalMs, firstByteMs, endMs }) =>
      onEnd(
        {
          request_id: exchange.id,
          arrival_time: arrivalMs / 1e3,
          first_byte_time: firstByteMs === null ? null : firstByteMs / 1e3,
          end_time: endMs / 1e3,
          prompt_tokens: planned?.usage.promptTokens ?? null,
          output_tokens: planned?.usage.outputTokens ?? 0,
          cached_tokens: planned?.usage.cachedTokens ?? 0,
          status,
          ...exchange.notes,
        },
        planned?.finishReason,
      );
    authorize(exchange.request.headers.authorization);
    if (!meetFaults(exchange)) return;
    const body = await readBody(exchange.request, maxBodyBytes);
    if (exchange.isEnded) return;
    admit(exchange, body);
    planned = chat.plan(body);
    exchange.onAbandoned = planned.start(exchange.id, sinkFor(exchange, planned));
  };
};
