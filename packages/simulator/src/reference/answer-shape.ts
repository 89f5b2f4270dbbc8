import { BenchmarkError } from '@aibrix/core/errors';

/** What every answer of a reference server is like. */
export interface AnswerShape {
  /** Tokens of an answer, one a chunk. Default 64. */
  chunks: number;
  /** From the arrival of a request to the first byte of its answer, in milliseconds. Default 0. */
  firstTokenMs: number;
  /** Between two chunks, in milliseconds; 0: one in each turn of the event loop. Null: the whole answer in one write. Default null. */
  gapMs: number | null;
  /** Keep the true times of each request until they are fetched. Default true. */
  keepsTruth: boolean;
}

export const DEFAULT_SHAPE: AnswerShape = { chunks: 64, firstTokenMs: 0, gapMs: null, keepsTruth: true };

const isFrom0 = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/**
 * Fills in the defaults.
 *
 * @throws BenchmarkError `usage` for values out of range
 */
export const resolveShape = (shape: Partial<AnswerShape>): AnswerShape => {
  const resolved = { ...DEFAULT_SHAPE, ...shape };
  const { chunks, firstTokenMs, gapMs } = resolved;
  if (!Number.isInteger(chunks) || chunks < 1 || !isFrom0(firstTokenMs) || !(gapMs === null || isFrom0(gapMs))) {
    throw new BenchmarkError(
      'usage',
      `no such answers: chunks from 1, firstTokenMs from 0, gapMs from 0 or null (found ${JSON.stringify(shape)})`,
    );
  }
  return resolved;
};

const frame = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const event = (fields: object): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-reference', object: 'chat.completion.chunk', created: 1, model: 'reference', ...fields })}\n\n`;

const chunk = (delta: object, finishReason: string | null = null): string =>
  event({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] });

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\nrequest-id: ';

/** Digits of the id in the header `request-id`. */
export const ID_DIGITS = 9;
/** Where they stand. */
export const ID_OFFSET: number = HEAD.length;

/**
 * The bytes of an answer, a piece a write. The id in its head is written over for each request: so an answer costs the
 * server no more than its writes.
 */
export const answerPieces = ({ chunks, gapMs }: AnswerShape): Buffer[] => {
  const usage = { prompt_tokens: 100, completion_tokens: chunks, total_tokens: 100 + chunks };
  const role = chunk({ role: 'assistant', content: '' });
  const tokens = Array.from({ length: chunks }, (_, index) => chunk({ content: ` word${index % 10}` }));
  const last = `${chunk({}, 'stop')}${event({ choices: [], usage })}data: [DONE]\n\n`;
  const head = `${HEAD}${'0'.repeat(ID_DIGITS)}\r\n\r\n`;
  const texts = gapMs === null ? [tokens.join('')] : tokens;
  return texts.map((text, index) => {
    const isFirst = index === 0;
    const isLast = index === texts.length - 1;
    const body = frame(`${isFirst ? role : ''}${text}${isLast ? last : ''}`);
    return Buffer.from(`${isFirst ? head : ''}${body}${isLast ? '0\r\n\r\n' : ''}`);
  });
};
