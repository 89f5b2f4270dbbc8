/** AIBrix's defaults: a window of 5 minutes, in buckets of one, and what tokens of a prompt and an answer weigh. */
const BUCKET_MS = 60_000;
const BUCKETS = 5;
const PROMPT_WEIGHT = 1;
const OUTPUT_WEIGHT = 2;

/** Weighted tokens that each user was given lately: the virtual token counter. */
export class UserTokens {
  readonly #byUser = new Map<string, Map<number, number>>();

  /** Adds a request's tokens at `timeMs`. */
  add(user: string, tokens: { promptTokens: number; outputTokens: number }, timeMs: number): void {
    const buckets = this.#byUser.get(user) ?? new Map<number, number>();
    const bucket = Math.floor(timeMs / BUCKET_MS);
    const weighted = PROMPT_WEIGHT * tokens.promptTokens + OUTPUT_WEIGHT * tokens.outputTokens;
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + weighted);
    for (const old of buckets.keys()) if (old <= bucket - BUCKETS) buckets.delete(old);
    this.#byUser.set(user, buckets);
  }

  /** Those of the last five minutes, in whole minutes of the clock. */
  total(user: string, timeMs: number): number {
    const bucket = Math.floor(timeMs / BUCKET_MS);
    let sum = 0;
    for (const [at, tokens] of this.#byUser.get(user) ?? []) if (at > bucket - BUCKETS) sum += tokens;
    return sum;
  }
}
