import { libraryTests } from '../../vitest.base.js';

export default libraryTests('example custom-trace');
