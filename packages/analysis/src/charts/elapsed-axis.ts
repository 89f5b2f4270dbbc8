/** A unit of time on an axis. */
interface ElapsedUnit {
  name: string;
  ms: number;
  /** It serves axes shorter than this. */
  belowMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS: readonly ElapsedUnit[] = [
  { name: 'ms', ms: 1, belowMs: SECOND_MS },
  { name: 's', ms: SECOND_MS, belowMs: 10 * MINUTE_MS },
  { name: 'min', ms: MINUTE_MS, belowMs: 4 * HOUR_MS },
  { name: 'h', ms: HOUR_MS, belowMs: 5 * DAY_MS },
  { name: 'd', ms: DAY_MS, belowMs: Number.POSITIVE_INFINITY },
];

/** The time axis that charts of one file share. */
export interface ElapsedAxis {
  title: string;
  /** Its ends, in its unit. */
  domain: readonly [number, number];
  /** A time in its unit. */
  position: (ms: number) => number;
}

/**
 * An axis of time since the start, in ms, s, min, h or d as its length asks for.
 *
 * @param fromMs where it starts, in milliseconds
 * @param toMs where it ends; an axis of no length gets one second
 */
export const elapsedAxisOf = (fromMs: number, toMs: number): ElapsedAxis => {
  const endMs = toMs > fromMs ? toMs : fromMs + SECOND_MS;
  const unit = UNITS.find(({ belowMs }) => endMs - fromMs < belowMs) as ElapsedUnit;
  const position = (ms: number): number => ms / unit.ms;
  return { title: `Time since start (${unit.name})`, domain: [position(fromMs), position(endMs)], position };
};

/** A length of time in the largest unit of which it is a whole number: `10 s`, `5 min`, `250 ms`. */
export const formatSpan = (ms: number): string => {
  const { name, ms: unitMs } = UNITS.findLast((unit) => Number.isInteger(ms / unit.ms)) ?? (UNITS[0] as ElapsedUnit);
  return `${(ms / unitMs).toLocaleString('en-US')}\u00a0${name}`;
};
