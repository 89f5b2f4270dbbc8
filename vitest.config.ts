import { defineConfig, type ViteUserConfig } from 'vitest/config';
import projects from './vitest.workspace.js';

// vitest 5 ignores a vitest.workspace.ts by itself: the list lives there and is imported here.
const config: ViteUserConfig = defineConfig({ test: { projects, maxWorkers: 2 } });
export default config;
