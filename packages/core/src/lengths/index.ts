export type { LengthBin } from './length-bins.js';
export { createLengthHistogram, type LengthDistribution, type LengthHistogram } from './length-histogram.js';
