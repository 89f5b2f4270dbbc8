/**
 * What kind of misuse or lost input an error stands for.
 *
 * | code | meaning |
 * | --- | --- |
 * | `usage` | a flag, an option or an argument is wrong |
 * | `config` | a config file is wrong; the message holds every problem |
 * | `not-built` | the kind asked for is known and not part of this version |
 * | `file-not-found` | an input file or folder is missing |
 * | `input` | an input file is there, and its content cannot be used |
 * | `output` | a file cannot be written |
 * | `tokenizer` | a tokenizer cannot be found, downloaded or loaded |
 * | `endpoint` | the server under test cannot be used at all (down, or it refuses the key) |
 * | `worker` | a worker thread of a run died |
 * | `aborted` | the caller's signal ended the work |
 */
export type BenchmarkErrorCode =
  | 'usage'
  | 'config'
  | 'not-built'
  | 'file-not-found'
  | 'input'
  | 'output'
  | 'tokenizer'
  | 'endpoint'
  | 'worker'
  | 'aborted';

/** Where in an input the problem stands. */
export interface InputLocation {
  /** Path as the caller gave it, or `<stdin>`. */
  file: string;
  /** 1-based line. */
  line?: number | undefined;
}

export interface BenchmarkErrorOptions {
  /** What the reader can do about it, as one sentence. */
  hint?: string | undefined;
  location?: InputLocation | undefined;
  cause?: unknown;
}

/** Recognised across copies of the package, where `instanceof` fails. */
const marker = Symbol.for('@aibrix/benchmark-error');

/**
 * The only error that the libraries throw on purpose: for misuse and for input that would be lost.
 * A request that fails during a run is not an error; it is a result.
 *
 * The message starts with `file:line` where the problem has a place in an input.
 */
export class BenchmarkError extends Error {
  readonly code: BenchmarkErrorCode;
  readonly hint: string | undefined;
  readonly location: InputLocation | undefined;

  constructor(code: BenchmarkErrorCode, message: string, options: BenchmarkErrorOptions = {}) {
    const { location, hint, cause } = options;
    const place = location && (location.line === undefined ? location.file : `${location.file}:${location.line}`);
    super(place ? `${place}: ${message}` : message, cause === undefined ? undefined : { cause });
    this.name = 'BenchmarkError';
    this.code = code;
    this.hint = hint;
    this.location = location;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether `error` is a `BenchmarkError`, of this copy of the package or of another. */
  static is(error: unknown): error is BenchmarkError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
