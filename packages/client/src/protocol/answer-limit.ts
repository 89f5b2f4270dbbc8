import type { Failure } from '../exchange/failure.js';

const MIB = 1024 * 1024;

/** More than an event of a stream can mean: a million tokens in one delta. What is longer is no answer, and is not kept. */
export const MAX_EVENT_BYTES: number = 4 * MIB;

/** More than one answer can mean, as a whole: its text, or the JSON that it comes in. */
export const MAX_ANSWER_BYTES: number = 16 * MIB;

/** What a response has done that went on beyond a limit; `what` is the thing that has no end. */
export const endlessAnswer = (what: string, limitBytes: number): Failure => ({
  type: 'malformed_stream',
  code: 'too_long',
  message: `${what} is longer than ${limitBytes / MIB} MiB`,
});
