import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import { shapedTrace } from './shaped-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `scaleTrace`. */
export interface ScaleTraceOptions {
  /** Divides every time: 2 is twice the rate. Not together with `time`. Default 1. */
  rate?: number | undefined;
  /** Multiplies every time: 2 takes twice as long. Default 1. */
  time?: number | undefined;
  /** Multiplies input lengths, rounded half up, at least 1. Only 1 for traces that name blocks. Default 1. */
  inputLengths?: number | undefined;
  /** Multiplies output lengths, rounded half up. Default 1. */
  outputLengths?: number | undefined;
}

/** The options with defaults filled in. */
export interface ScaleTraceSettings {
  rate?: number | undefined;
  time?: number | undefined;
  inputLengths: number;
  outputLengths: number;
}

const factor = (): z.ZodNumber => z.number().positive('must be above 0');

/** Checks the options of `scaleTrace` and fills in defaults. */
export const scaleTraceOptionsSchema: z.ZodType<ScaleTraceSettings, ScaleTraceOptions> = z
  .strictObject({
    rate: factor().optional(),
    time: factor().optional(),
    inputLengths: factor().default(1),
    outputLengths: factor().default(1),
  })
  .refine(({ rate, time }) => rate === undefined || time === undefined, {
    path: ['rate'],
    message: 'says the same as time the other way round: give one of them',
  });

const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/**
 * A trace with other times or lengths; what belongs to a session or a block stays so.
 *
 * @throws BenchmarkError `usage` that names every problem of the options, and for other input lengths of a trace that
 *   names the blocks of its prompts
 */
export const scaleTrace = (reader: TraceReader, options: ScaleTraceOptions): TraceReader => {
  const { rate, time = 1, inputLengths, outputLengths } = parseOptions(scaleTraceOptionsSchema, options, 'scale');
  if (reader.blockTokens !== undefined && inputLengths !== 1) {
    throw new BenchmarkError('usage', 'scale: inputLengths: the prompts of this trace consist of named blocks', {
      hint: 'With other lengths the blocks would not be those of the trace: scale times or output lengths only.',
    });
  }
  return shapedTrace(reader, (given) => {
    let raised = 0;
    const inputOf = (tokens: number): number => {
      const scaled = roundHalfUp(tokens * inputLengths);
      if (scaled < 1) raised++;
      return Math.max(1, scaled);
    };
    const rows = async function* (): AsyncGenerator<TraceRow> {
      for await (const row of given) {
        const { timeMs, inputTokens, outputTokens } = row;
        yield {
          ...row,
          timeMs: rate === undefined ? timeMs * time : timeMs / rate,
          inputTokens: inputLengths === 1 ? inputTokens : inputOf(inputTokens),
          outputTokens: outputTokens === null ? null : roundHalfUp(outputTokens * outputLengths),
        };
      }
    };
    return { rows: rows(), notes: () => countNote('scaled input lengths raised to 1 token', raised) };
  });
};
