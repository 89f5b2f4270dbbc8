import { fileURLToPath } from 'node:url';
import { defineProject, type UserWorkspaceConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));

const workers = new URL('./scripts/sources-in-workers.mjs', import.meta.url).href;

/** Tests run on the sources of all packages, not on their built output; tests of built output name `dist` themselves.
 * So do worker threads that they start. */
export const libraryTests = (name: string): UserWorkspaceConfig =>
  defineProject({
    resolve: {
      alias: [
        { find: /^@aibrix\/core\/([\w-]+)$/, replacement: `${packages}core/src/$1/index.ts` },
        { find: /^@aibrix\/([\w-]+)$/, replacement: `${packages}$1/src/index.ts` },
      ],
    },
    test: {
      name,
      include: ['src/**/*.test.ts', 'test/**/*.test.ts', '*.test.ts'],
      testTimeout: 20_000,
      execArgv: ['--import', workers],
    },
  });
