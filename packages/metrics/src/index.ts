export { coefficientOfVariation, indexOfDispersion } from './dispersion.js';
export { exponentialCdf, gammaCdf, weibullCdf } from './distribution-functions.js';
export { type Judgement, judgeRun, type RunConduct } from './judge-run.js';
export { kolmogorovPValue, ksDistance } from './kolmogorov.js';
export { logGamma } from './log-gamma.js';
export { isThinQuantile, quantileOfSorted } from './quantile.js';
export {
  createQuantileSketch,
  type QuantileSketch,
  type QuantileSketchOptions,
  type SerialisedSketch,
} from './quantile-sketch.js';
export { regularisedGamma } from './regularised-gamma.js';
export { type RequestClocks, type RequestFigures, requestFigures } from './request-figures.js';
export { createRunningDispersion, type RunningDispersion } from './running-dispersion.js';
export { type ServerSample, serverSamples } from './server-samples.js';
export { createUniformDistance, type UniformDistance, type UniformDistanceResult } from './uniform-distance.js';
