import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** Where programs find every package: the command line depends on all of them. */
const programs = join(root, 'packages/cli/node_modules/.docs-examples');

const pagesOf = async (folder: string): Promise<string[]> =>
  (await readdir(join(root, folder))).filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);

interface Example {
  page: string;
  program: string;
  output: string;
}

/** Programs of a page that are followed by what they print. */
const examplesOf = async (page: string): Promise<Example[]> => {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/```[jt]s\n(?<program>[\s\S]*?)```\n\n```(?:text)?\n(?<output>[\s\S]*?)```/g)].map(
    ({ groups }) => ({
      page,
      program: groups?.program ?? '',
      output: groups?.output ?? '',
    }),
  );
};

/** With `UPDATE_DOCS=1` pages are made to say what their programs print. */
const writeOutput = async ({ page, program, output }: Example, printed: string): Promise<void> => {
  const text = await readFile(join(root, page), 'utf8');
  const [before = '', after = ''] = text.split(program);
  // A function, because a dollar in a replacement text means something.
  const updated = after.replace(output === '' ? /```\n```/ : output, () =>
    output === '' ? `\`\`\`\n${printed}\`\`\`` : printed,
  );
  await writeFile(join(root, page), before + program + updated);
};

const pages = [
  ...(await pagesOf('docs/datasets')),
  ...(await pagesOf('docs/workloads')),
  ...(await pagesOf('docs')),
  'packages/dataset/README.md',
  'packages/synthesis/README.md',
  'packages/workload/README.md',
];
const examples = (await Promise.all(pages.map(examplesOf))).flat();

describe('examples of the docs, on the built packages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aibrix-docs-'));
    await mkdir(programs, { recursive: true });
  });
  afterAll(() => Promise.all([folder, programs].map((path) => rm(path, { recursive: true }))));

  test('are there for every generator', () => {
    const withExample = new Set(examples.map(({ page }) => page.replace('docs/datasets/', '')));
    expect([...withExample]).toEqual(
      expect.arrayContaining([
        'synthetic-multiturn.md',
        'synthetic-shared.md',
        'sharegpt.md',
        'client-trace.md',
        'messages.md',
        'csv-and-jsonl.md',
        'inspect.md',
      ]),
    );
  });

  test.each(examples.map((example, index) => [example.page, index, example] as const))(
    '%s prints what it says (%i)',
    async (_, index, { page, program, output }) => {
      const file = join(programs, `example-${index}.mjs`);
      await writeFile(file, program);
      const { stdout } = await run(process.execPath, [file], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
      if (process.env.UPDATE_DOCS) return writeOutput({ page, program, output }, stdout);
      expect(stdout).toBe(output);
    },
    30_000,
  );
});
