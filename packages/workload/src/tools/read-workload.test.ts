import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256OfFile } from '@aibrix/core/files';
import type { WorkloadEntry } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { constant } from '../constant/generate.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { limitWorkload } from './limit-workload.js';
import { readWorkload } from './read-workload.js';

const folder = temporaryFolder();

const ENTRIES = [
  { timestamp: 0, requests: [{ zebra: 1, prompt: 'Grüße', output_length: 2 }], schema_version: 'x' },
  { timestamp: 0, requests: [] },
  { timestamp: 2.5, requests: [{ prompt: 'b' }], events: [{ node_id: 'n' }] },
] as WorkloadEntry[];

describe('readWorkload', () => {
  test('gives entries as they stand, whatever the form of the file', async () => {
    const text = jsonl(ENTRIES);
    const paths = [
      await folder.write('a.jsonl', text),
      await folder.write('a.json', JSON.stringify(ENTRIES, undefined, 2)),
      await folder.write('crlf.jsonl', text.replaceAll('\n', '\r\n\r\n')),
      folder.path('a.jsonl.gz'),
      folder.path('a.jsonl.zst'),
    ];
    await writeFile(folder.path('a.jsonl.gz'), gzipSync(text));
    await writeFile(folder.path('a.jsonl.zst'), zstdCompressSync(text));
    for (const path of paths) {
      // Order of fields too.
      expect(JSON.stringify(await collect(readWorkload(path)))).toBe(JSON.stringify(ENTRIES));
    }
  });

  test('reads what the Python tool writes: NaN as nothing, 2.0 as 2', async () => {
    const path = await folder.write(
      'python.jsonl',
      '{"timestamp": 0, "requests": [{"prompt": "NaN", "output_length": NaN}, {"prompt": "", "output_length": 2.0}]}\n',
    );
    const requests = [
      { prompt: 'NaN', output_length: null },
      { prompt: '', output_length: 2 },
    ];
    expect(await collect(readWorkload(path))).toEqual([{ timestamp: 0, requests }]);
  });

  test('names the file by its content, and takes over what its own manifest says', async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    const path = folder.path('made.jsonl');
    const options = { seed: 3, lengthMode: 'exact', targetPromptTokens: 5 } as const;
    const manifest = await writeWorkloadFile(path, constant(options, { source }));
    const workload = readWorkload(path);
    expect(workload.origin).toEqual({ generator: 'file', options: { path, sha256: null }, seed: null });
    await collect(workload);
    const { generator, generator_version, seed, notes } = manifest;
    expect(JSON.parse(JSON.stringify(workload.origin))).toEqual({
      generator: 'file',
      options: {
        path,
        sha256: await sha256OfFile(path),
        manifest: JSON.parse(JSON.stringify({ generator, generator_version, options: manifest.options, seed, notes })),
      },
      seed: null,
      arrivals: { of: 'requests', process: 'poisson', shape: null, rate: { kind: 'constant', rate_rps: 1 } },
      tokenizer: source.tokenizer,
      synthesis: manifest.synthesis,
    });
    expect(workload.findings?.().notes).toEqual([expect.stringContaining('what a prefix cache would find')]);

    await writeFile(path, jsonl(ENTRIES));
    await collect(workload);
    expect(workload.origin).toEqual({
      generator: 'file',
      options: { path, sha256: await sha256OfFile(path) },
      seed: null,
    });
    expect(workload.findings?.().notes).toEqual([
      `the manifest beside ${path} is of another content, and was not used`,
    ]);
  });

  test('knows the whole file even when it is read in part', async () => {
    const many = Array.from({ length: 50_000 }, (_, timestamp) => ({ timestamp, requests: [{ prompt: 'some text' }] }));
    const path = await folder.write('long.jsonl', jsonl(many));
    const limited = limitWorkload(readWorkload(path), { maxRequests: 2 });
    expect(await collect(limited)).toHaveLength(2);
    expect(limited.origin.options.inputs).toMatchObject([{ options: { sha256: await sha256OfFile(path) } }]);
  });

  test('does not wait for the end of a pipe that is read in part', async () => {
    const path = folder.path('pipe.jsonl');
    execFileSync('mkfifo', [path]);
    const endless = async function* (): AsyncGenerator<string> {
      for (let timestamp = 0; ; timestamp++) yield jsonl([{ timestamp, requests: [{ prompt: 'x' }] }]);
    };
    const writing = pipeline(endless(), createWriteStream(path)).catch((error: Error) => error);
    const limited = limitWorkload(readWorkload(path), { maxRequests: 2 });
    expect(await collect(limited)).toHaveLength(2);
    expect(limited.origin.options.inputs).toMatchObject([{ options: { sha256: null } }]);
    expect(await writing).toMatchObject({ code: 'EPIPE' });
  });

  test.for([
    [
      'goes back',
      '{"timestamp":5,"requests":[]}\n{"timestamp":4.5,"requests":[]}\n',
      /:2: timestamp 4.5 is before .* \(5\)/,
    ],
    ['has a negative time', '{"timestamp":-1,"requests":[]}\n', /:1: timestamp: .*found -1/],
    ['has no time', '\n{"timestamp":NaN,"requests":[]}\n', /:2: timestamp: .*found null/],
    ['has no requests', '{"timestamp":1}\n', /:1: requests: /],
    [
      'has a prompt that is no text',
      '{"timestamp":1,"requests":[{},{"prompt":5}]}\n',
      /:1: requests\[1\]\.prompt: .*found 5/,
    ],
    ['is cut off', '{"timestamp":1,"requests":[]}\n{"timest', /:2: not valid JSON/],
    ['is no workload', '{"prompt":"a"}\n', /:1: timestamp: .*; requests: /],
  ] as const)('says where a file %s', async ([, text, message]) => {
    const path = await folder.write('wrong.jsonl', text);
    await expect(collect(readWorkload(path))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(message),
    });
  });

  test('hints at sorting, and says when a file is missing', async () => {
    const path = await folder.write(
      'back.jsonl',
      jsonl([
        { timestamp: 1, requests: [] },
        { timestamp: 0, requests: [] },
      ]),
    );
    await expect(collect(readWorkload(path))).rejects.toMatchObject({
      hint: expect.stringMatching(/aibrix workload sort.*sortWorkload/),
    });
    await expect(collect(readWorkload(folder.path('none')))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  test('ends with its signal', async () => {
    const path = await folder.write('signal.jsonl', jsonl(ENTRIES));
    const controller = new AbortController();
    const reading = readWorkload(path, { signal: controller.signal })[Symbol.asyncIterator]();
    await reading.next();
    controller.abort(new Error('enough'));
    await expect(reading.next()).rejects.toThrow('enough');
  });
});
