import { randomUUID } from 'node:crypto';
import { createRealClock } from '@aibrix/core/clock';
import type { PreflightRecord, WorkloadRequest } from '@aibrix/schema';
import { type ExchangeOutcome, startExchange } from '../exchange/exchange.js';
import type { Failure } from '../exchange/failure.js';
import type { RunSettings } from '../options.js';
import { createReader, isStream } from '../protocol/create-reader.js';
import { PROTOCOLS } from '../protocol/protocols.js';
import type { Redaction } from '../redaction.js';
import { prepareBody } from '../run/dispatcher.js';
import type { Transport } from '../transport/transport.js';
import { refuseWithoutAccess } from './check-models.js';
import { countDifference } from './count-difference.js';

export interface TrialOptions {
  /** As `normaliseEndpoint` gives it; for messages. */
  endpoint: string;
  transport: Transport;
  settings: RunSettings;
  headersOf: (request: WorkloadRequest) => Readonly<Record<string, string>>;
  redaction: Redaction;
  hasApiKey: boolean;
  /** A request of the workload that needs nothing before it, the shorter the better; null when none is known. */
  sample: WorkloadRequest | null;
  countMode: 'prompt' | 'chat' | null;
  signal: AbortSignal;
}

/** How the cache salt of the request before load begins. */
const SALT_PREFIX = 'aibrix-preflight';
/** Enough to see whether the length is honoured and whether tokens come one by one. */
const OUTPUT_TOKENS = 16;
/** Of words that no workload begins with. */
const OWN_PROMPT = 'Preflight: please count slowly from one to twenty.';
/** An instant answer may come in one read; one that took longer came in one read because something held it back. */
const BUFFERED_AFTER_MS = 100;
const FEW_TOKENS = 4;
const MAX_TIMEOUT_MS = 60_000;
const MESSAGE_CHARACTERS = 200;

const CANCELLED: Failure = { type: 'cancelled', code: null, message: 'the run was ended' };

interface Trial {
  request: WorkloadRequest;
  outcome: ExchangeOutcome;
  isStreamed: boolean;
}

/** Sends a request in the form of the run's. */
const send = async (request: WorkloadRequest, cacheSalt: string | null, options: TrialOptions): Promise<Trial> => {
  const { transport, settings, headersOf, signal } = options;
  const clock = createRealClock();
  const timeoutMs = Math.min(settings.timeoutMs, MAX_TIMEOUT_MS);
  const { body } = prepareBody(request, [], { ...settings, cacheSalt });
  const protocol = PROTOCOLS[settings.api];
  let isStreamed = false;
  const ended = Promise.withResolvers<ExchangeOutcome>();
  const exchange = startExchange(
    { path: protocol.path, headers: headersOf(request), body },
    {
      transport,
      clock,
      createReader: (headers) => {
        isStreamed = isStream(headers, settings);
        return createReader(protocol, headers, { ...settings, recordItl: false });
      },
      deadlineMs: clock.now() + timeoutMs,
      timeoutMessage: `no complete answer within ${timeoutMs / 1000} s`,
    },
    ended.resolve,
  );
  const onAbort = (): void => exchange.end(CANCELLED);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const outcome = await ended.promise;
    signal.throwIfAborted();
    return { request, outcome, isStreamed };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

const refusalOfLength = ({ message }: Failure, { lengthControl }: RunSettings): string | null => {
  const field = lengthControl === 'min-tokens' ? 'min_tokens' : 'ignore_eos';
  if (lengthControl === 'none' || !message.includes(field)) return null;
  const others = lengthControl === 'min-tokens' ? 'ignore-eos|none' : 'min-tokens|none';
  return `the server refuses ${field}: use --length-control ${others} (${message})`;
};

const failureFinding = (failure: Failure, httpStatus: number | null, options: TrialOptions): string => {
  const message = options.redaction.message(failure.message).slice(0, MESSAGE_CHARACTERS);
  const shown = { ...failure, message };
  const isRefusal = httpStatus === 400 || httpStatus === 422;
  const refusal = isRefusal ? refusalOfLength(shown, options.settings) : null;
  return refusal ?? `the request before load failed (${failure.type}): ${message}`;
};

const lengthFinding = (asked: number, got: number, { lengthControl }: RunSettings): string | null => {
  if (lengthControl === 'none' || got === asked) return null;
  const field = lengthControl === 'min-tokens' ? 'min_tokens' : 'ignore_eos';
  const other = lengthControl === 'min-tokens' ? 'ignore-eos' : 'min-tokens';
  return `the server does not honour ${field}: asked for ${asked} tokens it made ${got}; try --length-control ${other}`;
};

const streamingFinding = ({ outcome, isStreamed }: Trial, settings: RunSettings): string | null => {
  if (!settings.streaming) return null;
  if (!isStreamed) return 'the server does not stream, though it was asked to: there will be no TTFT and no TPOT';
  const { answer, sentMs } = outcome;
  const count = answer.usage?.outputTokens ?? 0;
  const tookMs = (answer.firstTokenMs ?? 0) - (sentMs ?? 0);
  if (answer.reads !== 1 || count < FEW_TOKENS || tookMs < BUFFERED_AFTER_MS) return null;
  return `all ${count} tokens came at once after ${Math.round(tookMs)} ms: something holds the stream back, so TTFT is the time of the whole answer`;
};

const countFinding = ({ request, outcome }: Trial, { countMode }: TrialOptions): string | null => {
  const counted = outcome.answer.usage?.promptTokens ?? null;
  const stated = request.prompt_length ?? null;
  // Lengths are of the prompt; what messages are given in its place hold may be longer.
  if (counted === null || stated === null || request.messages != null) return null;
  return countDifference({ counted, stated, countMode });
};

const answerFindings = (trial: Trial, asked: number | null, options: TrialOptions): string[] => {
  const { settings } = options;
  const { usage } = trial.outcome.answer;
  const findings = [streamingFinding(trial, settings), countFinding(trial, options)];
  if (!PROTOCOLS[settings.api].isGenerative) {
    if (usage?.promptTokens == null) findings.push('the server reports no usage, so tokens will not be known');
  } else if (usage?.outputTokens == null) {
    findings.push('the server reports no usage, so tokens, TPOT and throughput will not be known');
  } else if (asked !== null) findings.push(lengthFinding(asked, usage.outputTokens, settings));
  return findings.filter((finding) => finding !== null);
};

/**
 * Sends one request before load begins, as the run will send them, and tells what about its answer is not as a run needs it.
 *
 * It is the shortest that the workload has, so that the server's count can be held against the workload's. A cache salt of
 * its own keeps it out of the prefix cache that the run will meet; where the server refuses the salt, a text of its own is
 * sent instead, and counts are not compared.
 *
 * @throws BenchmarkError `endpoint` when the key is refused; the signal's reason
 */
export const sendTrialRequest = async (options: TrialOptions): Promise<PreflightRecord> => {
  const { endpoint, settings, sample, hasApiKey } = options;
  const limit = Math.min(OUTPUT_TOKENS, settings.outputTokenLimit ?? OUTPUT_TOKENS);
  const asked = Math.max(1, Math.min(limit, Math.round(sample?.output_length ?? limit)));
  const own: WorkloadRequest = { prompt: OWN_PROMPT, output_length: asked };
  const salt = `${SALT_PREFIX}-${randomUUID()}`;
  let trial = await send(sample ? { ...sample, output_length: asked } : own, salt, options);
  if (trial.outcome.failure?.message.includes('cache_salt')) trial = await send(own, null, options);
  const { failure, httpStatus, answer } = trial.outcome;
  refuseWithoutAccess(endpoint, httpStatus, hasApiKey);
  return {
    http_status: httpStatus,
    prompt_tokens: answer.usage?.promptTokens ?? null,
    prompt_length: trial.request.prompt_length ?? null,
    count_mode: options.countMode,
    output_tokens: answer.usage?.outputTokens ?? null,
    output_tokens_asked: asked,
    findings: failure ? [failureFinding(failure, httpStatus, options)] : answerFindings(trial, asked, options),
  };
};
