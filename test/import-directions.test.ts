import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

/** What each package may import of the others. The stages meet in the schemas, never in each other. */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  schema: [],
  metrics: ['core', 'schema'],
  synthesis: ['core', 'schema'],
  dataset: ['core', 'schema', 'synthesis'],
  workload: ['core', 'schema', 'metrics', 'synthesis'],
  client: ['core', 'schema', 'metrics'],
  analysis: ['core', 'schema', 'metrics'],
  simulator: ['core', 'schema', 'synthesis'],
  cli: ['core', 'schema', 'metrics', 'synthesis', 'dataset', 'workload', 'client', 'analysis', 'simulator'],
};

/** Stages may start the simulator in their tests. */
const ALLOWED_IN_TESTS = ['simulator'];

const importsOf = (file: string): string[] =>
  ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);

const isTest = (file: string): boolean => /\.test\.ts$|^test\/|^bench\/|\.bench\.ts$/.test(file);

const files = (name: string, pattern: string): string[] => globSync(pattern, { cwd: join(packages, name) });

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Manifest;

const aibrixName = (specifier: string): string | undefined => /^@aibrix\/([^/]+)/.exec(specifier)?.[1];

describe('import directions', () => {
  it('know every package', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual(readdirSync(packages).sort());
  });

  describe.each(Object.keys(ALLOWED))('%s', (name) => {
    it('sources import only what they may, and never a file of another package', () => {
      const wrong = files(name, '{src,test}/**/*.ts').flatMap((file) =>
        importsOf(join(packages, name, file))
          .filter((specifier) => {
            if (specifier.startsWith('.')) return join(name, file, '..', specifier).split('/')[0] !== name;
            const other = aibrixName(specifier);
            if (other === undefined || other === name) return false;
            return !(ALLOWED[name]?.includes(other) || (isTest(file) && ALLOWED_IN_TESTS.includes(other)));
          })
          .map((specifier) => `${file} imports ${specifier}`),
      );
      expect(wrong).toEqual([]);
    });

    it('built output imports only what its package.json declares', () => {
      expect(existsSync(join(packages, name, 'dist')), 'run the build first').toBe(true);
      const declared = Object.keys(manifestOf(name).dependencies ?? {});
      const built = files(name, 'dist/**/*.{js,d.ts}');
      expect(built.length).toBeGreaterThan(0);
      const wrong = built.flatMap((file) =>
        importsOf(join(packages, name, file))
          .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
          .filter((specifier) => !declared.some((entry) => specifier === entry || specifier.startsWith(`${entry}/`)))
          .map((specifier) => `${file} imports ${specifier}`),
      );
      expect(wrong).toEqual([]);
    });

    it('declares only what it may', () => {
      const { dependencies = {} } = manifestOf(name);
      const others = Object.keys(dependencies).flatMap((entry) => aibrixName(entry) ?? []);
      expect(others.filter((other) => !ALLOWED[name]?.includes(other))).toEqual([]);
    });
  });
});
