/** The projects that `vitest run` covers: every package, every example, and the checks of the workspace itself. */
const projects: string[] = [
  'packages/*/vitest.config.ts',
  'examples/*/vitest.config.ts',
  'test/vitest.config.ts',
  'test/tokenizers/vitest.config.ts',
];
export default projects;
