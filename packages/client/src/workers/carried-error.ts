import { BenchmarkError, type BenchmarkErrorCode } from '@aibrix/core/errors';

/** An error on its way between threads: a clone keeps neither the class nor the fields of a `BenchmarkError`. */
export interface CarriedError {
  /** Null for an error that is no `BenchmarkError`. */
  code: BenchmarkErrorCode | null;
  message: string;
  hint: string | undefined;
  stack: string | undefined;
}

export const packError = (error: unknown): CarriedError => {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return BenchmarkError.is(error)
    ? { code: error.code, message, hint: error.hint, stack }
    : { code: null, message, hint: undefined, stack };
};

export const unpackError = ({ code, message, hint, stack }: CarriedError): Error => {
  const error = code === null ? new Error(message) : new BenchmarkError(code, message, { hint });
  if (stack !== undefined) error.stack = stack;
  return error;
};
