import { version } from '../package.json';

/** Version of this package, for manifests. */
export const VERSION: string = version;
