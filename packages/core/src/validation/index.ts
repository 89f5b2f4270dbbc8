export { formatPath } from './format-path.js';
export { parseOptions } from './parse-options.js';
