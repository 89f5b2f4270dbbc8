import type { AnswerService, AnswerSink, PlannedAnswer } from '../completion/answer-service.js';
import type { Exchange } from './exchange.js';
import { readBody } from './read-body.js';
import type { TruthRecord } from './truth-log.js';
import { truthRecord } from './truth-record.js';

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'transfer-encoding': 'chunked' };
const JSON_TYPE = { 'content-type': 'application/json' };

export interface AnswerEndpointOptions {
  service: AnswerService;
  /** Throws an ApiError when the header does not open the door. */
  authorize: (header: string | undefined) => void;
  maxBodyBytes: number;
  /** Lets other requests be served while a long prompt is read. */
  pause: () => Promise<void>;
  /** Before the body is read: false when the request was answered there, by a fault. */
  meetFaults: (exchange: Exchange) => boolean;
  /** When the body is there: says where it will run. Throws an ApiError when it may not pass. */
  admit: (exchange: Exchange, body: string) => void;
  /** A request came. */
  onArrival: () => void;
  /** It ended, one way or another. */
  onEnd: (truth: TruthRecord) => void;
}

const sinkFor = (exchange: Exchange, planned: PlannedAnswer): AnswerSink => {
  if (!planned.stream) {
    return { write: (text) => exchange.write(text), end: (text) => exchange.send(200, JSON_TYPE, text) };
  }
  exchange.open(200, EVENT_STREAM);
  return exchange;
};

/** Serves requests for answers, and tells the truth of each request. */
export const createAnswerEndpoint = (options: AnswerEndpointOptions): ((exchange: Exchange) => Promise<void>) => {
  const { service, authorize, maxBodyBytes, pause, meetFaults, admit, onArrival, onEnd } = options;
  return async (exchange) => {
    let planned: PlannedAnswer | undefined;
    onArrival();
    exchange.onEnd = (status, times) =>
      onEnd({ ...truthRecord(exchange.id, planned, { status, times }), ...exchange.notes });
    authorize(exchange.request.headers.authorization);
    if (!meetFaults(exchange)) return;
    const body = await readBody(exchange.request, maxBodyBytes);
    if (exchange.isEnded) return;
    admit(exchange, body);
    planned = await service.planInTurns(body, pause);
    if (exchange.isEnded) return;
    exchange.onAbandoned = planned.start(exchange.id, sinkFor(exchange, planned));
  };
};
