// Builds the packages in the order of their dependencies, only those whose sources changed since their last build.
// `--force` builds all. `--js-only` leaves out the declarations, which take most of the time and which running needs not.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamps = join(root, 'node_modules/.cache/aibrix-build');
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
const isForced = process.argv.includes('--force');
const isJsOnly = process.argv.includes('--js-only');
const run = promisify(execFile);

const SHARED_INPUTS = ['pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.base.ts'];

const packages = new Map(
  readdirSync(join(root, 'packages')).map((folder) => {
    const { name, dependencies = {} } = JSON.parse(
      readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
    );
    const needs = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@aibrix/'));
    return [name, { name, folder: join(root, 'packages', folder), needs }];
  }),
);

/** Everything that can change what a build puts out: its own files, shared ones, and those of the packages it needs. */
const hashes = new Map();
const hashOf = (name) => {
  const known = hashes.get(name);
  if (known) return known;
  const { folder, needs } = packages.get(name);
  const hash = createHash('sha256');
  const own = globSync(['src/**', '*.json', '*.ts'], { cwd: folder, exclude: ['**/*.test.ts'] }).map((file) =>
    join(folder, file),
  );
  for (const file of [...SHARED_INPUTS.map((file) => join(root, file)), ...own.sort()]) {
    if (/\.(ts|json|yaml)$/.test(file)) hash.update(file).update(readFileSync(file));
  }
  for (const dependency of needs.toSorted()) hash.update(hashOf(dependency));
  const digest = hash.digest('hex');
  hashes.set(name, digest);
  return digest;
};

const stampOf = (name) => join(stamps, name.replace('/', '-'));
const stampText = (name, kind) => `${kind} ${hashOf(name)}`;
const isCurrent = ({ name, folder }) => {
  if (isForced || !existsSync(join(folder, 'dist')) || !existsSync(stampOf(name))) return false;
  const stamp = readFileSync(stampOf(name), 'utf8');
  return stamp === stampText(name, 'full') || (isJsOnly && stamp === stampText(name, 'js'));
};

const build = async ({ name, folder }) => {
  const startedMs = performance.now();
  // Until it is done there is no build: an interrupted one must not pass for it.
  rmSync(stampOf(name), { force: true });
  try {
    await run(process.execPath, isJsOnly ? [tsup, '--no-dts'] : [tsup], { cwd: folder });
  } catch (error) {
    throw new Error(`${name} does not build\n${error.stdout}${error.stderr}`);
  }
  writeFileSync(stampOf(name), stampText(name, isJsOnly ? 'js' : 'full'));
  console.error(`built ${name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
};

mkdirSync(stamps, { recursive: true });
const waiting = new Set([...packages.values()].filter((item) => !isCurrent(item)));
const running = new Map();
while (waiting.size > 0 || running.size > 0) {
  const isUnbuilt = (name) => [...waiting].some((item) => item.name === name) || running.has(name);
  // Declarations are made from those of the packages that a package needs; code is not.
  const ready = [...waiting].filter(({ needs }) => isJsOnly || !needs.some(isUnbuilt));
  for (const item of ready.slice(0, availableParallelism() - running.size)) {
    waiting.delete(item);
    running.set(
      item.name,
      build(item).then(() => running.delete(item.name)),
    );
  }
  try {
    await Promise.race(running.values());
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
