import type { ResponseHeaders } from '../exchange/exchange.js';
import type { AnswerReader } from './answer-reader.js';
import { BatchReader } from './batch-reader.js';
import type { Protocol } from './protocol.js';
import { StreamReader } from './stream-reader.js';

/** Whether an answer is a stream: a server that ignores `stream` answers with one JSON object. */
export const isStream = (headers: ResponseHeaders, { streaming }: { streaming: boolean }): boolean =>
  streaming && !String(headers['content-type'] ?? '').startsWith('application/json');

/** A reader for an answer with these headers. */
export const createReader = (
  { readChunk, whole }: Protocol,
  headers: ResponseHeaders,
  options: { streaming: boolean; recordItl: boolean },
): AnswerReader =>
  isStream(headers, options) ? new StreamReader({ keepsGaps: options.recordItl, readChunk }) : new BatchReader(whole);
