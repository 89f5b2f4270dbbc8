import type { PlannedAnswer } from '../completion/answer-service.js';
import type { ExchangeTimes } from './exchange.js';
import type { TruthRecord } from './truth-log.js';

const secondsOf = (timeMs: number | null): number | null => (timeMs === null ? null : timeMs / 1e3);

/** The truth of a request that has ended; `planned` is what was understood of it, if it came to that. */
export const truthRecord = (
  id: string,
  planned: PlannedAnswer | undefined,
  ended: { status: number; times: ExchangeTimes },
): TruthRecord => {
  const { arrivalMs, firstByteMs, endMs } = ended.times;
  return {
    request_id: id,
    arrival_time: arrivalMs / 1e3,
    first_byte_time: secondsOf(firstByteMs),
    end_time: endMs / 1e3,
    prompt_tokens: planned?.usage.promptTokens ?? null,
    output_tokens: planned?.usage.outputTokens ?? 0,
    cached_tokens: planned?.usage.cachedTokens ?? 0,
    queue_time: planned?.course.queueSeconds ?? null,
    first_token_time: secondsOf(planned?.course.firstTokenMs ?? null),
    preemptions: planned?.course.preemptions ?? 0,
    status: ended.status,
  };
};
