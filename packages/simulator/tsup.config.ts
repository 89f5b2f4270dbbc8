import { libraryBuild } from '../../tsup.base.js';

export default libraryBuild({ entry: { index: 'src/index.ts', 'reference-process': 'src/reference/process.ts' } });
