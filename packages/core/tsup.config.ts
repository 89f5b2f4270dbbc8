import { libraryBuild } from '../../tsup.base.js';

export default libraryBuild({
  entry: [
    'src/errors/index.ts',
    'src/jsonl/index.ts',
    'src/clock/index.ts',
    'src/random/index.ts',
    'src/files/index.ts',
    'src/validation/index.ts',
    'src/lengths/index.ts',
    'src/csv/index.ts',
    'src/download/index.ts',
  ],
});
