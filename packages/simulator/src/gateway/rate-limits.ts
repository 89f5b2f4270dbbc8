/** Length of a window, which starts with each whole minute of the clock. */
const WINDOW_MS = 60_000;

interface Usage {
  window: number;
  requests: number;
  tokens: number;
}

/** What a user may do in one minute of the clock; without a figure there is no limit. */
export interface RateLimitOptions {
  /** Requests a minute. */
  rpm?: number | undefined;
  /** Tokens of prompts and answers a minute. */
  tpm?: number | undefined;
}

/** Why a request may not pass. */
export interface LimitBreach {
  limit: 'rpm' | 'tpm';
  /** Until the window ends, whole seconds, at least 1. */
  retryAfterSeconds: number;
}

/**
 * Counts requests and tokens by user in fixed windows of a minute, as AIBrix does: a burst across the turn of a minute
 * can be twice the limit. Tokens count when a request ends, so the request that passes the limit is still served whole.
 */
export class RateLimits {
  readonly #rpm: number;
  readonly #tpm: number;
  readonly #byUser = new Map<string, Usage>();
  #window = Number.NEGATIVE_INFINITY;

  constructor({ rpm, tpm }: RateLimitOptions) {
    this.#rpm = rpm ?? Number.POSITIVE_INFINITY;
    this.#tpm = tpm ?? Number.POSITIVE_INFINITY;
  }

  /** A request of `user` asks to pass. It counts unless the requests are used up, also when the tokens are: AIBrix's order. */
  ask(user: string, nowMs: number): LimitBreach | undefined {
    const usage = this.#usage(user, nowMs);
    const breach = (limit: 'rpm' | 'tpm'): LimitBreach => ({
      limit,
      retryAfterSeconds: Math.max(1, Math.ceil(((usage.window + 1) * WINDOW_MS - nowMs) / 1e3)),
    });
    if (usage.requests >= this.#rpm) return breach('rpm');
    usage.requests++;
    return usage.tokens >= this.#tpm ? breach('tpm') : undefined;
  }

  /** The tokens of a request that ended. */
  spend(user: string, tokens: number, nowMs: number): void {
    this.#usage(user, nowMs).tokens += tokens;
  }

  /** Requests and tokens of `user` in the window under way. */
  used(user: string, nowMs: number): { requests: number; tokens: number } {
    const { requests, tokens } = this.#usage(user, nowMs);
    return { requests, tokens };
  }

  #usage(user: string, nowMs: number): Usage {
    const window = Math.floor(nowMs / WINDOW_MS);
    // Users of a window that is over would stay for ever.
    if (window !== this.#window) this.#byUser.clear();
    this.#window = window;
    let usage = this.#byUser.get(user);
    if (!usage) {
      usage = { window, requests: 0, tokens: 0 };
      this.#byUser.set(user, usage);
    }
    return usage;
  }
}
