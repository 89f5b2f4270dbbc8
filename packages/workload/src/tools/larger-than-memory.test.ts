import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';

const folder = temporaryFolder();
const run = promisify(execFile);

const PROMPT = 'a few words of a prompt '.repeat(165);
const HEAP_MB = 64;
const MAX_RSS_MB = 250;

/** Node runs the sources themselves: imports of `.js` are `.ts` here, and packages are their sources. */
const RESOLVE_SOURCES = `
  import { registerHooks } from 'node:module';
  const packages = ${JSON.stringify(new URL('../../../', import.meta.url).href)};
  registerHooks({
    resolve(specifier, context, next) {
      const [, name, path] = /^@aibrix\\/([\\w-]+)(?:\\/([\\w-]+))?$/.exec(specifier) ?? [];
      if (name) return next(packages + name + '/src/' + (path ? path + '/' : '') + 'index.ts', context);
      const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
      return next(isSource ? specifier.replace(/\\.js$/, '.ts') : specifier, context);
    },
  });
`;

/** Runs an expression for a workload in a process with a small heap: what is read, and the memory it took. */
const inSmallHeap = async (expression: string): Promise<{ entries: number; requests: number; maxRssMb: number }> => {
  const tools = new URL('./', import.meta.url).href;
  const script = `
    const { writeJsonl } = await import(${JSON.stringify(new URL('../../../core/src/jsonl/index.ts', import.meta.url).href)});
    const { readWorkload } = await import('${tools}read-workload.ts');
    const { sortWorkload } = await import('${tools}sort-workload.ts');
    const { mergeWorkloads } = await import('${tools}merge-workloads.ts');
    const workload = ${expression};
    let entries = 0;
    let requests = 0;
    let previous = 0;
    const checked = async function* () {
      for await (const entry of workload) {
        if (entry.timestamp < previous) throw new Error('out of order');
        previous = entry.timestamp;
        entries++;
        requests += entry.requests.length;
        yield entry;
      }
    };
    await writeJsonl(${JSON.stringify(folder.path('out.jsonl'))}, checked());
    process.stdout.write(JSON.stringify({ entries, requests, maxRssMb: process.resourceUsage().maxRSS / 1024 }));
  `;
  const { stdout } = await run(process.execPath, [
    `--max-old-space-size=${HEAP_MB}`,
    `--import=data:text/javascript,${encodeURIComponent(RESOLVE_SOURCES)}`,
    '--input-type=module',
    `--eval=${script}`,
  ]);

  return JSON.parse(stdout);
};

/** Writes a workload of about 4 kB an entry, with times by number. */
const writeLarge = async (name: string, entries: number, timeOf: (index: number) => number): Promise<string> => {
  const path = folder.path(name);
  const file = await open(path, 'w');
  for (let block = 0; block < entries; block += 1000) {
    let text = '';
    for (let index = block; index < block + 1000; index++) {
      const request = { prompt: PROMPT, session_id: index % 100, output_length: index };
      text += `${JSON.stringify({ timestamp: timeOf(index), requests: [request] })}\n`;
    }
    await file.write(text);
  }
  await file.close();
  return JSON.stringify(path);
};

describe('tools on files larger than the memory', () => {
  test('merge two of 300 MB in a heap of 64 MB', { timeout: 120_000 }, async () => {
    const path = await writeLarge('large.jsonl', 75_000, (index) => index / 8);
    expect((await stat(JSON.parse(path))).size).toBeGreaterThan(300e6);
    const result = await inSmallHeap(`mergeWorkloads([readWorkload(${path}), readWorkload(${path})])`);
    expect(result).toMatchObject({ entries: 75_000, requests: 150_000 });
    // The heap, the program itself and buffers of the files, together less than one input.
    expect(result.maxRssMb).toBeLessThan(MAX_RSS_MB);
  });

  test('sort one of 120 MB in a heap of 64 MB', { timeout: 120_000 }, async () => {
    const path = await writeLarge('unsorted.jsonl', 30_000, (index) => (index % 10 === 9 ? index - 9 : index + 7));
    expect((await stat(JSON.parse(path))).size).toBeGreaterThan(120e6);
    const result = await inSmallHeap(`sortWorkload(${path})`);
    expect(result).toMatchObject({ entries: 30_000, requests: 30_000 });
    expect(result.maxRssMb).toBeLessThan(MAX_RSS_MB);
  });
});
