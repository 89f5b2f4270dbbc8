export {
  type Draw,
  exponential,
  gamma,
  lognormal,
  normal,
  pareto,
  paretoOf,
  poisson,
  truncatedNormal,
  weibull,
} from './distributions.js';
export { normalProbability } from './normal-probability.js';
export { createRandom, type Random } from './random.js';
export { shuffle } from './shuffle.js';
