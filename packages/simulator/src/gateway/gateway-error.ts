import { ApiError } from '../completion/api-error.js';

interface GatewayErrorOptions {
  /** The header `x-error-…` that says what the gateway refused, and its value. */
  header: readonly [name: string, value: string];
  /** OpenAI's word for it, such as `rate_limit_exceeded`. */
  code?: string | undefined;
  param?: string | undefined;
  /** Seconds, for the header `retry-after`. */
  retryAfterSeconds?: number | undefined;
}

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
};

/** A refusal of the gateway's own, in AIBrix's form: an `x-error-*` header, and OpenAI's types and codes in the body. */
export class GatewayError extends ApiError {
  readonly #code: string | null;

  constructor(status: number, message: string, { header, code, param, retryAfterSeconds }: GatewayErrorOptions) {
    super(status, TYPES[status] ?? 'api_error', message, param ?? null, {
      [header[0]]: header[1],
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    });
    this.name = 'GatewayError';
    this.#code = code ?? null;
  }

  override toBody(): string {
    return JSON.stringify({
      error: { message: this.message, type: this.type, param: this.param, code: this.#code },
    });
  }
}
