import type { UserWorkspaceConfig } from 'vitest/config';
import { libraryTests } from '../vitest.base.js';

const config: UserWorkspaceConfig = libraryTests('workspace');
export default config;
