export {
  BenchmarkError,
  type BenchmarkErrorCode,
  type BenchmarkErrorOptions,
  type InputLocation,
} from './benchmark-error.js';
export { closestMatch } from './closest-match.js';
