import { z } from 'zod';

/** A rate at a time. */
export interface RatePoint {
  /** Milliseconds from the start. */
  time_ms: number;
  /** Requests per second. */
  rate_rps: number;
}

/**
 * A rate of requests over time, as pattern files and manifests state it. Rates are requests per second and may be 0;
 * times are milliseconds from the start.
 */
export type RateDescription =
  /** The same rate for ever. */
  | { kind: 'constant'; rate_rps: number }
  /** Linear in time over the duration; then it stays at `to_rps`. */
  | { kind: 'ramp'; from_rps: number; to_rps: number; duration_ms: number }
  /** Linear between points; the first rate before the first point, the last one after the last. Two points at one time are a jump. */
  | { kind: 'linear'; points: RatePoint[] }
  /** The rate of each point from its time on; 0 before the first. */
  | { kind: 'steps'; points: RatePoint[] }
  /** One rate for each interval; 0 after the last. */
  | { kind: 'intervals'; interval_ms: number; rates_rps: number[] }
  /** mean + amplitude · sin(2π (t + phase) / period); phase 0 where it is not given: at the mean, and rising. */
  | {
      kind: 'sine';
      mean_rps: number;
      amplitude_rps: number;
      period_ms: number;
      phase_ms?: number | undefined;
    }
  /** `on_rps` for `on_ms`, `off_rps` for `off_ms`, and so on; starts on. */
  | { kind: 'on_off'; on_rps: number; off_rps: number; on_ms: number; off_ms: number };

/** A request in every nanosecond. */
const MAX_RPS = 1_000_000_000;

const rate = z
  .number('must be a number')
  .min(0, 'must not be negative')
  .max(MAX_RPS, `must be at most ${MAX_RPS} requests per second`);
const time = z.number('must be a number').min(0, 'must not be negative');
const duration = z.number('must be a number').positive('must be above 0');

/** Each point must fit the one before it. */
const pointsThat = (fit: (previousMs: number, nextMs: number) => boolean, message: string): z.ZodType<RatePoint[]> =>
  z
    .array(z.strictObject({ time_ms: time, rate_rps: rate }), 'must be a list of points')
    .min(1, 'must hold at least one point')
    .superRefine((points, context) => {
      for (let index = 1; index < points.length; index++) {
        const [previous, next] = [points[index - 1] as RatePoint, points[index] as RatePoint];
        if (!fit(previous.time_ms, next.time_ms))
          context.addIssue({ code: 'custom', path: [index, 'time_ms'], message });
      }
    });

/** Checks a rate strictly: unknown keys and kinds are refused. */
export const rateDescriptionSchema: z.ZodType<RateDescription> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('constant'), rate_rps: rate }),
    z.strictObject({ kind: z.literal('ramp'), from_rps: rate, to_rps: rate, duration_ms: duration }),
    z.strictObject({
      kind: z.literal('linear'),
      points: pointsThat((previousMs, nextMs) => nextMs >= previousMs, 'must not be before the point before it'),
    }),
    z.strictObject({
      kind: z.literal('steps'),
      points: pointsThat((previousMs, nextMs) => nextMs > previousMs, 'must be after the point before it'),
    }),
    z.strictObject({
      kind: z.literal('intervals'),
      interval_ms: duration,
      rates_rps: z.array(rate, 'must be a list of rates').min(1, 'must hold at least one rate'),
    }),
    z
      .strictObject({
        kind: z.literal('sine'),
        mean_rps: rate,
        amplitude_rps: rate,
        period_ms: duration,
        phase_ms: z.number('must be a number').optional(),
      })
      .refine(({ mean_rps, amplitude_rps }) => amplitude_rps <= mean_rps, {
        path: ['amplitude_rps'],
        message: 'must be at most mean_rps, or the rate would fall below 0',
      }),
    z.strictObject({
      kind: z.literal('on_off'),
      on_rps: rate,
      off_rps: rate,
      on_ms: duration,
      off_ms: duration,
    }),
  ],
  { error: 'must be one of constant, ramp, linear, steps, intervals, sine, on_off' },
);
