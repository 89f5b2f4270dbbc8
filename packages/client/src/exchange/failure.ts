import type { ErrorType } from '@aibrix/schema';
import { readErrorMessage } from '../protocol/answer.js';
import { CONTENT_ENCODING_CODE } from '../transport/content-decoding-error.js';

/** Why a request failed. The message is as long as the server makes it, and not yet free of secrets. */
export interface Failure {
  type: ErrorType;
  /** System or protocol code of the cause: `ECONNREFUSED`, a header's name, … */
  code: string | null;
  message: string;
}

/** The first error in a chain of causes that has a code, and that code. */
export const codeOf = (error: unknown): string | null => {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return null;
};

/** Some errors (of several addresses tried) have only a code and no message. */
const messageOf = (error: unknown, code: string | null): string => {
  const message = error instanceof Error ? error.message : String(error);
  return message || code || 'unknown error';
};

/** Whether what came is not HTTP. The parser's error has a code, `HPE_…`, only sometimes. */
const isNoHttp = (error: unknown, code: string | null): boolean =>
  code?.startsWith('HPE_') ||
  code === 'UND_ERR_HEADERS_OVERFLOW' ||
  (error instanceof Error && error.name === 'HTTPParserError');

/** Classes an error of the transport: where the exchange broke tells what it means. */
export const transportFailure = (error: unknown, stage: { hasResponse: boolean }): Failure => {
  const code = codeOf(error);
  const message = messageOf(error, code);
  if (isNoHttp(error, code) || code === CONTENT_ENCODING_CODE) {
    return { type: 'malformed_stream', code: code ?? 'HTTPParserError', message };
  }
  return { type: stage.hasResponse ? 'stream_interrupted' : 'connection', code, message };
};

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The AIBrix gateway's own word that it, and not the engine, failed: any `x-error-*` header. */
export const gatewayErrorHeader = (headers: Headers): string | null =>
  Object.keys(headers).find((name) => name.startsWith('x-error-')) ?? null;

const bodyMessage = (body: string): string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  return readErrorMessage(parsed) ?? body.trim();
};

/** Classes a response that is no success, by its status and headers. */
export const statusFailure = (status: number, headers: Headers, body: string): Failure => {
  const errorHeader = gatewayErrorHeader(headers);
  const said = bodyMessage(body);
  const message = `HTTP ${status}${said && `: ${said}`}`;
  if (errorHeader !== null) return { type: 'gateway', code: errorHeader, message };
  return { type: status >= 400 && status < 500 ? 'http_4xx' : 'http_5xx', code: String(status), message };
};

/** Whether trying again may help: the server was not there or had no room, and nobody gave the request up. */
export const isRetryable = ({ type }: Failure, httpStatus: number | null): boolean => {
  if (type === 'cancelled' || type === 'timeout') return false;
  return type === 'connection' || httpStatus === 429 || (httpStatus !== null && httpStatus >= 500);
};
