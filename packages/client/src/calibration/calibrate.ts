import type { Probe, ShapeCalibration } from '@aibrix/schema';
import type { RunOptions } from '../options.js';
import { findCeiling } from './find-ceiling.js';
import type { LoadShape } from './load-shape.js';
import { type CalibrationTarget, probe } from './probe.js';

export interface CalibrateOptions {
  /** Seconds of load at each rate of the search. Default 3. */
  searchSeconds?: number | undefined;
  /** Seconds of load at each rate of the curve. Default 10. */
  curveSeconds?: number | undefined;
  /** Parts of the ceiling to measure at. Default 0.1, 0.25, 0.5, 0.75, 0.9. */
  fractions?: readonly number[] | undefined;
  /** Further options of the runs, such as `workers`. */
  run?: Partial<RunOptions> | undefined;
  /** Called after each load. */
  onProbe?: ((probe: Probe) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const DEFAULT_FRACTIONS = [0.1, 0.25, 0.5, 0.75, 0.9];

/** Finds the ceiling of this machine's client for a shape of request, and the error of its timing below it. */
export const calibrateShape = async (
  target: CalibrationTarget,
  shape: LoadShape,
  options: CalibrateOptions = {},
): Promise<ShapeCalibration> => {
  const { searchSeconds = 3, curveSeconds = 10, fractions = DEFAULT_FRACTIONS, run, signal, onProbe } = options;
  const probeAt = async (rate: number, seconds: number): Promise<Probe> => {
    signal?.throwIfAborted();
    const result = await probe(target, shape, { rate, seconds, run, signal });
    onProbe?.(result);
    return result;
  };
  const isCarried = async (rate: number): Promise<boolean> => {
    const { verdict, failed } = await probeAt(rate, searchSeconds);
    return verdict === 'valid' && failed === 0;
  };
  const { startRate, ...told } = shape;
  const ceiling = await findCeiling(startRate, isCarried);
  const curve: ShapeCalibration['curve'] = [];
  for (const fraction of ceiling === null ? [] : fractions) {
    curve.push({ ceiling_fraction: fraction, ...(await probeAt((ceiling as number) * fraction, curveSeconds)) });
  }
  return { shape: told, ceiling_rps: ceiling, curve };
};
