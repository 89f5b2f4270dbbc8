export { coefficientOfVariation, indexOfDispersion } from './dispersion.js';
export { type Judgement, judgeRun, type RunConduct } from './judge-run.js';
export { isThinQuantile, quantileOfSorted } from './quantile.js';
export {
  createQuantileSketch,
  type QuantileSketch,
  type QuantileSketchOptions,
  type SerialisedSketch,
} from './quantile-sketch.js';
export { type RequestClocks, type RequestFigures, requestFigures } from './request-figures.js';
export { createRunningDispersion, type RunningDispersion } from './running-dispersion.js';
