/** How many lengths there are from `from` up to, not including, `to`. */
export interface LengthBin {
  from: number;
  to: number;
  count: number;
}

/** What fits beside a label on a terminal of 80 columns, a column a bin. */
const MAX_BINS = 60;
/** Below it a histogram has no shape. */
const MIN_BINS = 10;
const MAX_PER_DOUBLING = 64;
/** A range whose end is more than so many times its start is cut on a logarithmic axis. */
const LOGARITHMIC_FROM = 4;

/** Whole numbers at multiples of the smallest width that does not need more bins than can be shown. */
const linearEdges = (min: number, max: number, maxBins: number): number[] => {
  const countOf = (width: number): number => Math.floor(max / width) - Math.floor(min / width) + 1;
  let width = Math.ceil((max - min + 1) / maxBins);
  while (countOf(width) > maxBins) width++;
  const first = Math.floor(min / width);
  return Array.from({ length: countOf(width) + 1 }, (_, index) => (first + index) * width);
};

/**
 * Whole numbers at 2^(k / perDoubling), rounded up, from the last that is not above `min` to the first above `max`: bins
 * of one number where they would be narrower. Ends early where it has more than can be shown.
 */
const logarithmicEdges = (min: number, max: number, perDoubling: number): number[] => {
  let step = Math.floor(Math.log2(min) * perDoubling);
  let edge = Math.min(min, Math.ceil(2 ** (step / perDoubling)));
  const edges = [edge];
  while (edge <= max && edges.length <= MAX_BINS + 1) {
    step++;
    const next = Math.ceil(2 ** (step / perDoubling));
    if (next > edge) edges.push(next);
    edge = Math.max(edge, next);
  }
  return edges;
};

/** The finest edges that do not cut a range of whole numbers from 1 up into more bins than can be shown. */
const finestEdges = (min: number, max: number, maxBins: number): number[] => {
  let edges = logarithmicEdges(min, max, 1);
  for (let perDoubling = 2; perDoubling <= MAX_PER_DOUBLING; perDoubling *= 2) {
    const finer = logarithmicEdges(min, max, perDoubling);
    if (finer.length - 1 > maxBins) break;
    edges = finer;
  }
  return edges;
};

const edgesOf = (min: number, max: number, maxBins: number): number[] => {
  if (max <= LOGARITHMIC_FROM * Math.max(1, min)) return linearEdges(min, max, maxBins);
  return min < 1 ? [0, ...finestEdges(1, max, maxBins - 1)] : finestEdges(min, max, maxBins);
};

/** Few lengths in many bins would show chance, not shape: about √n of them in each, or more. */
const maxBinsFor = (lengths: number): number =>
  Math.min(MAX_BINS, Math.max(MIN_BINS, Math.ceil(2 * Math.sqrt(lengths))));

/**
 * Bins from the shortest length to the longest, with whole numbers as edges: at most 60, and fewer for few lengths, as fine
 * as that allows, without gaps, empty ones included. They are equally wide, on a logarithmic axis where the longest length is more than four
 * times the shortest (as far as whole numbers allow: divide counts by widths to compare them); lengths of 0 have a bin of
 * their own there.
 *
 * @param counts how often each length occurs
 */
export const binLengths = (counts: ReadonlyMap<number, number>): LengthBin[] => {
  if (counts.size === 0) return [];
  const lengths = [...counts.keys()].sort((a, b) => a - b);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const range = [Math.floor(lengths[0] as number), Math.floor(lengths.at(-1) as number)] as const;
  const edges = edgesOf(...range, maxBinsFor(total));
  const bins = edges.slice(1).map((to, index) => ({ from: edges[index] as number, to, count: 0 }));
  let index = 0;
  for (const length of lengths) {
    while (length >= (bins[index] as LengthBin).to) index++;
    (bins[index] as LengthBin).count += counts.get(length) as number;
  }
  return bins;
};
