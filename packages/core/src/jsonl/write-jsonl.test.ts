import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BenchmarkError } from '../errors/index.js';
import { openJsonlWriter } from './jsonl-writer.js';
import { writeJsonl } from './write-jsonl.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-jsonl-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes one record a line into folders it makes, and tells the hash of the content', async () => {
  const path = join(folder, 'new', 'deep', 'out.jsonl');
  const summary = await writeJsonl(path, [{ a: 'é' }, { b: 2 }]);
  const content = await readFile(path);
  expect(content.toString()).toBe('{"a":"é"}\n{"b":2}\n');
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(summary).toEqual({ records: 2, bytes: content.length, sha256 });
});

it.each([
  ['out.jsonl.gz', gunzipSync],
  ['out.jsonl.zst', zstdDecompressSync],
] as const)('compresses %s without changing the hash', async (name, unpack) => {
  const records = Array.from({ length: 5000 }, (_, i) => ({ i, text: 'abc '.repeat(i % 50) }));
  const plain = await writeJsonl(join(folder, 'out.jsonl'), records);
  const packed = await writeJsonl(join(folder, name), records);
  expect(packed).toEqual(plain);
  const bytes = await readFile(join(folder, name));
  expect(bytes.length).toBeLessThan(plain.bytes / 2);
  expect(unpack(bytes).toString()).toBe(await readFile(join(folder, 'out.jsonl'), 'utf8'));
});

it('shows nothing under the final name before the end, nor after a failure, and keeps the old file', async () => {
  const path = join(folder, 'out.jsonl');
  await writeFile(path, 'before\n');
  const failing = async function* (): AsyncGenerator<unknown> {
    for (let i = 0; i < 50_000; i++) yield { i };
    expect(await readFile(path, 'utf8')).toBe('before\n');
    throw new Error('the source broke');
  };
  await expect(writeJsonl(path, failing())).rejects.toThrow('the source broke');
  expect(await readFile(path, 'utf8')).toBe('before\n');
  expect(await readdir(folder)).toEqual(['out.jsonl']);
});

it('does not read ahead of a slow disk', async () => {
  const path = join(folder, 'out.jsonl');
  const record = { text: 'x'.repeat(10_000) };
  let most = 0;
  const records = function* (): Generator<unknown> {
    for (let i = 0; i < 20_000; i++) {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      yield record;
    }
  };
  await writeJsonl(path, records());
  expect((await stat(path)).size).toBeGreaterThan(200_000_000);
  expect(most).toBeLessThan(80_000_000);
});

it('reports where it could not write', async () => {
  await writeFile(join(folder, 'file'), '');
  const failure = await writeJsonl(join(folder, 'file', 'out.jsonl'), [{}]).catch((error: unknown) => error);
  expect(BenchmarkError.is(failure) && failure.code).toBe('output');
});

it.skipIf(process.platform !== 'linux')('reports a full disk, and does not hang on it', async () => {
  const writer = await openJsonlWriter('/dev/full', { mode: 'in-place' });
  const writeUntilFull = async (): Promise<void> => {
    for (let i = 0; i < 1000; i++) await writer.write({ i });
    await writer.close();
  };
  await expect(writeUntilFull()).rejects.toMatchObject({ code: 'output', message: expect.stringContaining('ENOSPC') });
});

it('keeps an in-place file readable, line by line, when the process is killed', async () => {
  const path = join(folder, 'results.jsonl');
  const writerModule = new URL('../../dist/jsonl/index.js', import.meta.url).href;
  const script = `
    import { openJsonlWriter } from ${JSON.stringify(writerModule)};
    const writer = await openJsonlWriter(${JSON.stringify(path)}, { mode: 'in-place' });
    for (let i = 0; ; i++) { await writer.write({ i, text: 'y'.repeat(i % 3000) }); if (i === 4000) console.log('far enough'); }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const content = await readFile(path, 'utf8');
  const lines = content.split('\n');
  // A kernel that is told to kill may stop a write between two pages: the last line is then the beginning of one.
  const cut = lines.pop() ?? '';
  expect(JSON.stringify({ i: lines.length, text: 'y'.repeat(lines.length % 3000) }).startsWith(cut)).toBe(true);
  // What had been handed to the operating system survives; up to 128 KiB may still have been on its way.
  expect(lines.length).toBeGreaterThan(3800);
  expect(lines.map((line) => (JSON.parse(line) as { i: number }).i)).toEqual(lines.map((_, i) => i));
});

it('writes to what a symbolic link points to, and never replaces a device', async () => {
  const path = join(folder, 'link.jsonl');
  await symlink(join(folder, 'target.jsonl'), path);
  await writeFile(join(folder, 'target.jsonl'), 'before\n');
  await writeJsonl(path, [{ a: 1 }]);
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await readFile(join(folder, 'target.jsonl'), 'utf8')).toBe('{"a":1}\n');

  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [text] = await Promise.all([readFile(pipe, 'utf8'), writeJsonl(pipe, [{ b: 2 }])]);
  expect(text).toBe('{"b":2}\n');
  expect((await lstat(pipe)).isFIFO()).toBe(true);
});

it('has handed on each record of a compressed file that grows in place', async () => {
  for (const [name, unpack] of [
    ['results.jsonl.gz', (bytes: Buffer) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })],
    ['results.jsonl.zst', (bytes: Buffer) => zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush })],
  ] as const) {
    const path = join(folder, name);
    const writer = await openJsonlWriter(path, { mode: 'in-place' });
    for (let i = 0; i < 50; i++) await writer.write({ i });
    await expect
      .poll(
        async () =>
          unpack(await readFile(path))
            .toString()
            .split('\n').length,
        { timeout: 5000 },
      )
      .toBe(51);
    await writer.close();
  }
});

it('ends when its signal aborts', async () => {
  const controller = new AbortController();
  const records = function* (): Generator<unknown> {
    for (let i = 0; ; i++) {
      if (i === 100) controller.abort(new Error('enough'));
      yield { i };
    }
  };
  const path = join(folder, 'out.jsonl');
  await expect(writeJsonl(path, records(), { signal: controller.signal })).rejects.toThrow('enough');
  expect(await readdir(folder)).toEqual([]);
});

it('keeps every line whole and in order, from empty ones to those longer than its buffers', async () => {
  const path = join(folder, 'out.jsonl');
  const records = Array.from({ length: 150 }, (_, i) => ({
    i,
    text: (i % 3 ? 'é東🚀' : 'abc').repeat((i * i * i) % 90_001),
  }));
  const writer = await openJsonlWriter(path);
  // Not waiting for room must not change the order.
  for (const record of records) writer.write(record);
  const { bytes, sha256 } = await writer.close();
  const content = await readFile(path);
  expect(content.equals(Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')))).toBe(true);
  expect({ bytes, sha256 }).toEqual({
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
});

it.skipIf(process.platform !== 'linux')(
  'reports a full disk at the latest when it closes, and leaves nothing',
  async () => {
    const writer = await openJsonlWriter('/dev/full');
    await writer.write({ small: true });
    await expect(writer.close()).rejects.toMatchObject({ code: 'output', message: expect.stringContaining('ENOSPC') });
    const records = Array.from({ length: 100 }, () => ({ text: 'x'.repeat(100_000) }));
    await expect(writeJsonl('/dev/full', records)).rejects.toMatchObject({ code: 'output' });
  },
);

it('cuts a long line nowhere, whatever its characters are', async () => {
  // Longer than any buffer, with characters of 1 to 4 bytes at every place where it could be cut.
  const lengths = [43_689, 43_690, 43_691, 87_380, 131_072, 262_144, 300_001, 1_000_003];
  const records = lengths.flatMap((length) =>
    ['a', 'é', '语', '🙂', 'a🙂'].map((unit) => ({
      text: `${'x'.repeat(length % 7)}${unit.repeat(length / unit.length)}`,
    })),
  );
  const path = join(folder, 'long.jsonl');
  const summary = await writeJsonl(path, [{ a: 1 }, ...records, { z: 1 }]);
  const expected = Buffer.from(
    [{ a: 1 }, ...records, { z: 1 }].map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  const written = await readFile(path);
  expect(written.equals(expected)).toBe(true);
  expect(summary).toEqual({
    records: records.length + 2,
    bytes: expected.length,
    sha256: createHash('sha256').update(expected).digest('hex'),
  });
});
