/**
 * The moment that `strftime_now` tells in every template: Friday, 26 July 2024, at noon UTC. It is the date that the
 * templates of Llama 3 fall back on themselves. With the real one, the bytes of a prompt would depend on the day.
 */
export const FIXED_DATE = '2024-07-26T12:00:00Z';

/** What the directives of Python's `strftime` give for `FIXED_DATE`, in English. */
const PARTS: Record<string, string> = {
  Y: '2024',
  y: '24',
  m: '07',
  '-m': '7',
  B: 'July',
  b: 'Jul',
  h: 'Jul',
  d: '26',
  '-d': '26',
  e: '26',
  j: '208',
  A: 'Friday',
  a: 'Fri',
  u: '5',
  w: '5',
  H: '12',
  '-H': '12',
  I: '12',
  '-I': '12',
  M: '00',
  S: '00',
  p: 'PM',
  Z: 'UTC',
  z: '+0000',
  F: '2024-07-26',
  D: '07/26/24',
  T: '12:00:00',
  '%': '%',
};

/**
 * `strftime` of the fixed date.
 *
 * @throws Error for a directive that is not known, rather than text that a server would not have
 */
export const formatFixedDate = (format: string): string =>
  format.replace(/%(-?.)/gsu, (directive, key: string) => {
    const part = PARTS[key];
    if (part === undefined) throw new Error(`strftime_now does not know the directive ${directive}`);
    return part;
  });
