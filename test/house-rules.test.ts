import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const tracked = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '');

const textOf = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

describe('house rules that no linter knows', () => {
  it('exports by name', () => {
    expect(sources.filter((file) => /^export \* /m.test(textOf(file)))).toEqual([]);
  });

  it('has no file that nobody could name: utils, helpers, common, misc', () => {
    const vague = sources.filter((file) => /\/(utils?|helpers?|common|misc|shared)(\.ts|\/)/.test(file));
    expect(vague).toEqual([]);
  });

  it('keeps files to a sitting', () => {
    const long = sources.filter((file) => textOf(file).split('\n').length > 400);
    expect(long).toEqual([]);
  });

  it('keeps addresses out of the lockfile', () => {
    expect(textOf('pnpm-lock.yaml')).not.toMatch(/https?:/);
  });

  it('ships no trace data', () => {
    expect(tracked().filter((file) => /\.csv$|_trace\.jsonl$|sharegpt.*\.json$/i.test(file))).toEqual([]);
  });

  it('gives every package a licence, a README and one version', () => {
    const manifests = globSync('packages/*/package.json', { cwd: root }).map(
      (file) => JSON.parse(textOf(file)) as { name: string; version: string; license: string },
    );
    expect(manifests).toHaveLength(10);
    expect(new Set(manifests.map(({ version, license }) => `${version} ${license}`)).size).toBe(1);
    for (const { name } of manifests) {
      const folder = `packages/${name.replace('@aibrix/', '')}`;
      expect(textOf(`${folder}/LICENSE`)).toContain('Apache License');
      expect(textOf(`${folder}/README.md`)).toContain(`# ${name}`);
    }
  });
});
