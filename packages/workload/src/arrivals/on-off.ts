import { exponential, type Random } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { Arrivals } from './arrivals.js';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { fitsShape, type ProcessOptions, processOptionsShape, SHAPE_PROBLEM } from './process-options.js';

/** Options of `onOffArrivals`. */
export interface OnOffArrivalsOptions extends ProcessOptions {
  /** Requests per second while it is on. */
  onRatePerSecond: number;
  /** Requests per second while it is off. */
  offRatePerSecond: number;
  /** Length of an on spell in milliseconds: of each, or the mean. */
  onMs: number;
  /** Length of an off spell in milliseconds: of each, or the mean. */
  offMs: number;
  /** `fixed`: every spell is as long as stated. `exponential`: drawn anew for each, independently. */
  spells: 'fixed' | 'exponential';
  random: Random;
}

/** A request in every nanosecond. */
const MAX_RATE = 1_000_000_000;
const rate = z.number('must be a number').min(0, 'must not be negative').max(MAX_RATE, `must be at most ${MAX_RATE}`);
const spell = z.number('must be a number').positive('must be above 0');

const optionsSchema = z
  .strictObject({
    ...processOptionsShape,
    onRatePerSecond: rate,
    offRatePerSecond: rate,
    onMs: spell,
    offMs: spell,
    spells: z.enum(['fixed', 'exponential']),
    random: z.custom<Random>(),
  })
  .refine(fitsShape, SHAPE_PROBLEM);

type OnOffSettings = z.infer<typeof optionsSchema>;

const drawnSpells = function* (settings: OnOffSettings): Arrivals {
  const { process, shape, onRatePerSecond: onRate, offRatePerSecond: offRate, onMs, offMs, random } = settings;
  // Else no spell would ever hold the next request.
  if (onRate === 0 && offRate === 0) return;
  const lengthOf = { on: exponential(random.fork('on'), 1 / onMs), off: exponential(random.fork('off'), 1 / offMs) };
  const unitRate = createRate({ kind: 'constant', rate_rps: 1 });
  const unitArrivals = createArrivals({ process, shape, rate: unitRate, random: random.fork('gaps') });

  let isOn = true;
  let ratePerMs = onRate / 1000;
  let startMs = 0;
  let lengthMs = lengthOf.on();
  let requestsBefore = 0;
  for (const unitMs of unitArrivals) {
    const expectedRequests = unitMs / 1000;
    while (expectedRequests - requestsBefore >= ratePerMs * lengthMs) {
      requestsBefore += ratePerMs * lengthMs;
      startMs += lengthMs;
      isOn = !isOn;
      ratePerMs = (isOn ? onRate : offRate) / 1000;
      lengthMs = isOn ? lengthOf.on() : lengthOf.off();
    }
    yield startMs + (expectedRequests - requestsBefore) / ratePerMs;
  }
};

/**
 * Arrivals in spells of two rates, without end unless both are 0; they start with an on spell. With exponential spells and
 * Poisson arrivals this is a Markov-modulated Poisson process, whose counts stay dispersed over windows of any length.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const onOffArrivals = (options: OnOffArrivalsOptions): Arrivals => {
  const settings = parseOptions(optionsSchema, options, 'on-off arrivals');
  if (settings.spells === 'exponential') return drawnSpells(settings);
  const { process, shape, random } = settings;
  const description = {
    kind: 'on_off',
    on_rps: settings.onRatePerSecond,
    off_rps: settings.offRatePerSecond,
    on_ms: settings.onMs,
    off_ms: settings.offMs,
  } as const;
  return createArrivals({ process, shape, rate: createRate(description), random });
};
