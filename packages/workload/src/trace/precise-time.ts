const FORM =
  /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ?(?:(Z)|([+-])(\d{2}):?(\d{2})))?$/;

/** A point of time that keeps more than the milliseconds of a `Date`. */
export interface PreciseTime {
  /** Whole seconds since the Unix epoch. */
  epochSeconds: number;
  nanoseconds: number;
}

/**
 * Reads `2023-11-16 18:15:46.6805900`, with up to nine decimals, and with `Z`, `+00:00` or no zone, which is taken as UTC.
 *
 * @returns undefined for what is no such time
 */
export const parsePreciseTime = (text: string): PreciseTime | undefined => {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC carries over what is out of range: 30 February would be 2 March.
  const isCarried =
    date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCHours() !== hour || minute > 59;
  if (isCarried || second > 59) return undefined;
  const [fraction = '', , sign, zoneHours, zoneMinutes] = match.slice(7);
  const zoneSeconds = sign ? (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60 : 60) : 0;
  return { epochSeconds: date.getTime() / 1000 - zoneSeconds, nanoseconds: Number(fraction.padEnd(9, '0')) };
};

/** Milliseconds from one point of time to another, right to the nanosecond for traces of up to some months. */
export const millisecondsBetween = (from: PreciseTime, to: PreciseTime): number =>
  ((to.epochSeconds - from.epochSeconds) * 1e9 + (to.nanoseconds - from.nanoseconds)) / 1e6;
