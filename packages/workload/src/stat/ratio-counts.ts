/** Collects ratios, and gives their quantiles to a thousandth; memory grows with the range of their logarithms. */
export interface RatioCounts {
  /** @param ratio above 0 */
  add(ratio: number): void;
  readonly count: number;
  /** Forgets all. */
  clear(): void;
  /** The smallest ratio that at least the share `q` does not exceed; null where there are none. */
  quantile(q: number): number | null;
}

/** Ratios of one bin differ by 0.05 %. */
const BINS_PER_UNIT = 2000;

/** Starts with none. */
export const createRatioCounts = (): RatioCounts => {
  const bins = new Map<number, number>();
  let count = 0;
  return {
    add(ratio) {
      const bin = Math.round(Math.log(ratio) * BINS_PER_UNIT);
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
      count++;
    },
    get count() {
      return count;
    },
    clear() {
      bins.clear();
      count = 0;
    },
    quantile(q) {
      const needed = q * count;
      let below = 0;
      for (const [bin, times] of [...bins].sort(([a], [b]) => a - b)) {
        below += times;
        if (below >= needed) return Math.exp(bin / BINS_PER_UNIT);
      }
      return null;
    },
  };
};
