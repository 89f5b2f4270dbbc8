/** Steps of the search between a rate that was carried and twice as much: a ceiling is known to within 4.5 %. */
const BISECTIONS = 4;
const MAX_RATE = 1_000_000;

/**
 * Finds the highest rate that is carried: doubles it until it is not, then halves the interval (by ratio) four times. A rate
 * counts as not carried when it fails twice: one pause of the machine is not the client's limit.
 *
 * @param isCarried runs a load at a rate and says whether the client kept up
 * @returns the highest rate that was carried; null when not even the first was
 */
export const findCeiling = async (
  startRate: number,
  isCarried: (rate: number) => Promise<boolean>,
): Promise<number | null> => {
  const holds = async (rate: number): Promise<boolean> => (await isCarried(rate)) || (await isCarried(rate));
  let carried: number | null = null;
  let rate = startRate;
  while (rate <= MAX_RATE && (await holds(rate))) {
    carried = rate;
    rate *= 2;
  }
  if (carried === null) return null;
  let tooMuch = rate;
  for (let step = 0; step < BISECTIONS; step++) {
    const between = Math.round(Math.sqrt(carried * tooMuch));
    if (await holds(between)) carried = between;
    else tooMuch = between;
  }
  return carried;
};
