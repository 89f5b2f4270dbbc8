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
  /** A request came. */
  onArrival: () => void;
  /** It ended, one way or another. */
  onEnd: (truth: TruthRecord) => void;
}

const sinkFor = (exchange: Exchange, planned: PlannedChat): AnswerSink => {
  if (!planned.stream) {
    return { write: (text) => exchange.write(text), end: (text) => exchange.send(200, JSON_TYPE, text) };
  }
  exchange.open(200, EVENT_STREAM);
  return exchange;
};

/** Serves requests for answers, and tells the truth of each request. */
export const createChatEndpoint = (options: ChatEndpointOptions): ((exchange: Exchange) => Promise<void>) => {
  const { chat, authorize, maxBodyBytes, onArrival, onEnd } = options;
  return async (exchange) => {
    let planned: PlannedChat | undefined;
    onArrival();
    exchange.onEnd = (status, { arrivalMs, firstByteMs, endMs }) =>
      onEnd({
        request_id: exchange.id,
        arrival_time: arrivalMs / 1e3,
        first_byte_time: firstByteMs === null ? null : firstByteMs / 1e3,
        end_time: endMs / 1e3,
        prompt_tokens: planned?.usage.promptTokens ?? null,
        output_tokens: planned?.usage.outputTokens ?? 0,
        cached_tokens: planned?.usage.cachedTokens ?? 0,
        status,
      });
    authorize(exchange.request.headers.authorization);
    const body = await readBody(exchange.request, maxBodyBytes);
    if (exchange.isEnded) return;
    planned = chat.plan(body);
    exchange.onAbandoned = planned.start(exchange.id, sinkFor(exchange, planned));
  };
};
