import { libraryBuild } from '../../tsup.base.js';

// Worker threads run a file of their own, which must lie beside the code that starts them.
export default libraryBuild({ entry: { index: 'src/index.ts', 'run-worker': 'src/workers/run-worker.ts' } });
