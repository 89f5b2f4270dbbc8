/** Mean and standard deviation of values as they come, by Welford's recurrence, which loses no digits. */
export interface RunningSpread {
  add(value: number): void;
  readonly mean: number | null;
  /** Of a sample (n − 1). */
  readonly std: number | null;
}

export const createRunningSpread = (): RunningSpread => {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      count++;
      const before = value - mean;
      mean += before / count;
      squares += before * (value - mean);
    },
    get mean() {
      return count === 0 ? null : mean;
    },
    get std() {
      return count < 2 ? null : Math.sqrt(squares / (count - 1));
    },
  };
};
