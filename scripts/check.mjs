// Everything that can be checked without running the product: format and lint, types, unused code, package shape.
// Prints a line a check; exits with 1 when one fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', name);
const packed = mkdtempSync(join(tmpdir(), 'packed-'));
let failures = 0;

const check = (name, command, words) => {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) {
    failures++;
    console.log(`${stdout}${stderr}`);
  }
  return status === 0;
};

/** The pnpm that runs this script, a program of its own or a script of Node.js, else the one that npx finds. */
const pnpm = (...words) => {
  const path = process.env.npm_execpath;
  if (!path?.includes('pnpm')) return ['npx', ['pnpm', ...words]];
  return /\.[cm]?js$/.test(path) ? [process.execPath, [path, ...words]] : [path, words];
};

check('build with declarations', process.execPath, ['scripts/build.mjs']);
check('format and lint (biome)', bin('biome'), ['check', '--error-on-warnings', '.']);
check('types (TypeScript 7)', process.execPath, ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json']);
check('unused files, exports and dependencies (knip)', bin('knip'), []);
for (const folder of readdirSync(join(root, 'packages'))) {
  const [command, words] = pnpm('--filter', `./packages/${folder}`, 'pack', '--pack-destination', packed);
  if (!check(`pack @aibrix/${folder}`, command, words)) continue;
  const archive = readdirSync(packed).find((file) => file.startsWith(`aibrix-${folder}-`));
  check(`package shape of @aibrix/${folder} (publint)`, bin('publint'), ['--strict', join(packed, archive)]);
  check(`types of @aibrix/${folder} (attw)`, bin('attw'), ['--profile', 'esm-only', join(packed, archive)]);
}
rmSync(packed, { recursive: true });
process.exit(failures === 0 ? 0 : 1);
