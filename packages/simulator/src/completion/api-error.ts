/** A refusal that the client gets to see, with an HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  /** The field of the request that is wrong. */
  readonly param: string | null;
  /** Of the answer, beside its content type. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    param: string | null = null,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.type = type;
    this.param = param;
    this.headers = headers;
  }

  /** The body as vLLM sends it: OpenAI's shape, with the HTTP status as `code`. */
  toBody(): string {
    return JSON.stringify({ error: { message: this.message, type: this.type, param: this.param, code: this.status } });
  }
}

/** A request that is wrong in itself: status 400. */
export const badRequest = (message: string, param: string | null = null): ApiError =>
  new ApiError(400, 'BadRequestError', message, param);
