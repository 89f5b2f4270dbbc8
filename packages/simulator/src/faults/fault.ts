/** What an argument of a fault stands for. */
export type FaultArgument = 'tokens' | 'duration' | 'size';

/** How a fault is written. */
export interface FaultForm {
  /** Each may be given once, in any order; a default makes it optional, `null` means that it may be left out. */
  arguments: Partial<Record<FaultArgument, number | null>>;
  /** Arguments without which it means nothing. */
  required?: readonly FaultArgument[];
}

/** A fault that requests can meet. */
export type FaultKind =
  | 'refuse'
  | 'reset'
  | 'stall'
  | 'hang'
  | 'half-event'
  | 'split'
  | 'drip'
  | 'crlf'
  | 'no-choices'
  | 'bad-json'
  | 'no-done'
  | 'no-usage'
  | 'error-event'
  | '429'
  | '500'
  | '503'
  | 'slow-read'
  | 'delay'
  | 'token-delay'
  | 'garbage'
  | 'redirect';

/** Each of them, with the defaults of its arguments: tokens, milliseconds, bytes. */
export const FAULT_FORMS: Readonly<Record<FaultKind, FaultForm>> = {
  /** The connection is reset when the headers of the request are there. */
  refuse: { arguments: {} },
  /** The connection is reset when the request was read, or after some tokens of the answer. */
  reset: { arguments: { tokens: null } },
  /** Headers, and perhaps some tokens, then silence for a while; then the rest. */
  stall: { arguments: { tokens: 0 }, required: ['duration'] },
  /** Headers, and perhaps some tokens, then silence until the client gives up. */
  hang: { arguments: { tokens: 0 } },
  /** The stream ends, as if whole, in the middle of an event. */
  'half-event': { arguments: { tokens: 1 } },
  /** Every byte in a write of its own. */
  split: { arguments: {} },
  /** Every byte in a write of its own, some time apart. */
  drip: { arguments: { duration: 1 } },
  /** Lines end in CR and LF, and a comment stands before each event. */
  crlf: { arguments: {} },
  /** One more event, which has no choices. */
  'no-choices': { arguments: { tokens: 1 } },
  /** One more event, whose JSON is cut off. */
  'bad-json': { arguments: { tokens: 1 } },
  /** The stream ends without `[DONE]`. */
  'no-done': { arguments: {} },
  /** The answer does not say its tokens. */
  'no-usage': { arguments: {} },
  /** An error object inside the stream, whose status was 200; then `[DONE]`. */
  'error-event': { arguments: { tokens: 1 } },
  /** Status 429 with `retry-after`. */
  '429': { arguments: { duration: 1_000 } },
  /** Status 500 with a page of HTML. */
  '500': { arguments: {} },
  /** Status 503. */
  '503': { arguments: {} },
  /** A pause after each part of the request's body that is read. */
  'slow-read': { arguments: { duration: 100 } },
  /** Latency added before the answer begins. */
  delay: { arguments: {}, required: ['duration'] },
  /** Latency added before each write of a stream. */
  'token-delay': { arguments: {}, required: ['duration'] },
  /** Bytes without an event or an end of line, in place of the answer. */
  garbage: { arguments: { size: 100_000_000 } },
  /** Status 307 to the same path with `?redirected`, which is answered. */
  redirect: { arguments: {} },
};

/** A fault that befalls requests. */
export interface Fault {
  kind: FaultKind;
  /** As it was written, without its rate: what the truth log says. */
  text: string;
  /** Share of the requests that it befalls, above 0 and at most 1. */
  rate: number;
  /** Tokens that pass before it; null where it was left out and may be. */
  tokens: number | null;
  durationMs: number;
  bytes: number;
}

/** What befalls the whole server once. */
export interface TimedFault {
  /** `pause`: everything stands still. `down`: a pod is not there. */
  kind: 'pause' | 'down';
  /** As it was written. */
  text: string;
  /** Since the simulator started. */
  startMs: number;
  durationMs: number;
  /** Number of the pod, for `down`. */
  pod: number;
}

/** All that a specification asks for. */
export interface FaultPlan {
  faults: readonly Fault[];
  timed: readonly TimedFault[];
}
