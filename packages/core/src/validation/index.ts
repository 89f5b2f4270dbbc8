export { compareFigures, type FigureDifference } from './compare-figures.js';
export { formatPath } from './format-path.js';
export { parseOptions } from './parse-options.js';
