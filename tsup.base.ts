import { defineConfig } from 'tsup';

/** How every package is built: ESM for Node 22.19 and later, with bundled declarations and source maps. */
export const libraryBuild = (options: { entry: string[] | Record<string, string> }): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry: options.entry,
    format: 'esm',
    target: 'node22.19',
    platform: 'node',
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    silent: true,
    removeNodeProtocol: false,
  });
