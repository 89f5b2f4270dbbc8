import { BenchmarkError } from '@aibrix/core/errors';
import type { LengthBin } from '@aibrix/core/lengths';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';

/** What is asked for in one slice of a workload's time. */
export interface WorkloadBin {
  /** Milliseconds from the start of the workload. */
  start_ms: number;
  requests: number;
  /** Sum over the requests that state a length; null where none does. */
  prompt_tokens: number | null;
  /** Sum over the requests that state a length; null where none does. */
  output_tokens: number | null;
  /** How many requests state the length of their prompt. Without it no mean is drawn. */
  prompts_with_length?: number | undefined;
  /** How many requests state the length of their output. Without it no mean is drawn. */
  outputs_with_length?: number | undefined;
}

/** A workload as its charts need it: plain JSON, counted by whoever read the file. */
export interface WorkloadChartData {
  /** What the charts are of, such as the file's name. */
  title: string;
  /** Length of a bin, in milliseconds. */
  bin_ms: number;
  /** In ascending order. A bin left out is a gap in the charts: one without requests is there, and says 0. */
  bins: readonly WorkloadBin[];
  /** Histograms of token counts. */
  lengths?: { prompt: readonly LengthBin[] | null; output: readonly LengthBin[] | null } | undefined;
  /**
   * A dot per request, or per one in so many: the number of its session in the order of their first requests, from 0, and
   * its time in milliseconds. Null for a workload without sessions.
   */
  sessions: readonly { lane: number; time_ms: number }[] | null;
  /** How many sessions there are, where the dots do not show all. */
  sessions_total?: number | undefined;
  /** How many requests the dots were chosen from. */
  dots_shown_of?: number | undefined;
  /** The rate that was asked for, as a line beside the one that came about: straight between its points. */
  planned_rate?: readonly { time_ms: number; rate_rps: number }[] | null | undefined;
  /** A list beside the charts. */
  facts: readonly { label: string; value: string }[];
  /** Sentences below the charts. */
  notes: readonly string[];
}

const count = z.int().nonnegative();
const time = z.number().nonnegative();
const tokens = z.number().nonnegative().nullable();
const histogram = z
  .array(z.strictObject({ from: z.number(), to: z.number(), count }))
  .readonly()
  .nullable();

const schema: z.ZodType<WorkloadChartData, WorkloadChartData> = z.strictObject({
  title: z.string(),
  bin_ms: z.number().positive('must be above 0'),
  bins: z
    .array(
      z.strictObject({
        start_ms: time,
        requests: count,
        prompt_tokens: tokens,
        output_tokens: tokens,
        prompts_with_length: count.optional(),
        outputs_with_length: count.optional(),
      }),
    )
    .readonly(),
  lengths: z.strictObject({ prompt: histogram, output: histogram }).optional(),
  sessions: z
    .array(z.strictObject({ lane: count, time_ms: time }))
    .readonly()
    .nullable(),
  sessions_total: count.optional(),
  dots_shown_of: count.optional(),
  planned_rate: z
    .array(z.strictObject({ time_ms: time, rate_rps: z.number().nonnegative() }))
    .readonly()
    .nullish(),
  facts: z.array(z.strictObject({ label: z.string(), value: z.string() })).readonly(),
  notes: z.array(z.string()).readonly(),
});

/**
 * Checks the data before anything is drawn.
 *
 * @throws BenchmarkError `usage` that names every problem; for bins out of order too
 */
export const checkWorkloadChartData = (data: WorkloadChartData): WorkloadChartData => {
  const checked = parseOptions(schema, data, 'data of workload charts');
  const late = checked.bins.findIndex(({ start_ms }, index) => start_ms <= (checked.bins[index - 1]?.start_ms ?? -1));
  if (late !== -1) {
    throw new BenchmarkError('usage', `data of workload charts: bins[${late}] does not start after the one before it`);
  }
  return checked;
};
