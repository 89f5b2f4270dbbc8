/** Edit distance in which a swap of two neighbours counts as one step (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (twoBack[j - 2] as number) + 1);
      }
      current.push(best);
    }
    twoBack = previous;
    previous = current;
  }
  return previous[b.length] as number;
};

/** A stem of fewer letters says nothing. */
const MIN_STEM = 4;

/**
 * The candidate a person most likely meant by `wanted`, for "did you mean"; `undefined` when none is near.
 * Case, dashes and underscores are not counted as differences.
 */
export const closestMatch = (wanted: string, candidates: Iterable<string>): string | undefined => {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const target = plain(wanted);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(target.length / 3)) + 1;
  for (const candidate of candidates) {
    const word = plain(candidate);
    // A word cut short or written out ("len", "length") is nearer than its letters say.
    const isShortened =
      Math.min(word.length, target.length) >= MIN_STEM && (word.startsWith(target) || target.startsWith(word));
    const distance = isShortened ? 1 : editDistance(target, word);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
};
