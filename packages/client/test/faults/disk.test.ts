import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { constants, type FileHandle, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema, runRecordSchema } from '@aibrix/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordRun, runWorkload, type WorkloadRun } from '../../src/index.js';
import { steady } from '../collect.js';
import { saying, sleep, startScriptedServer } from '../scripted-server.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-'));
});
afterEach(() => rm(folder, { recursive: true }));

const parse = (text: string): RequestResult[] => {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => requestResultSchema.parse(JSON.parse(line)));
};

/** Some 12 KB of answer in each result: a pipe holds five. */
const LONG = 'a word '.repeat(1700);

/** A pipe that is open, and that nobody reads until the test does. */
const unreadPipe = async (): Promise<{ path: string; handle: FileHandle }> => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return { path, handle: await open(path, constants.O_RDWR | constants.O_NONBLOCK) };
};

const settled = async (run: WorkloadRun): Promise<void> => {
  while (run.progress().phase !== 'ended') await sleep(20);
};

const lagsMs = (results: readonly RequestResult[]): number[] =>
  results
    .map((result) => (Number(result.dispatch_lag) - Number(result.queue_time) - Number(result.connect_time)) * 1000)
    .toSorted((a, b) => a - b);

describe('a slow disk', () => {
  it('delays no request, even when it takes nothing until all are done', async () => {
    await using server = await startScriptedServer(saying(LONG));
    const { path, handle } = await unreadPipe();
    const workload = steady(150, 10);
    const run = runWorkload(workload, { endpoint: server.url, model: 'm' });
    const recording = recordRun(run, path);
    await settled(run);
    // Everything was sent, answered and judged; less than a twentieth of it can have left the process.
    expect(run.progress()).toMatchObject({ due: 150, succeeded: 150, inFlight: 0 });
    const text = readAll(createReadStream(path));
    const record = await recording;
    await handle.close();
    const results = parse(await text);
    expect(results).toHaveLength(150);
    expect(record).toMatchObject({ ended_early: null, counts: { offered: 150, succeeded: 150 }, warnings: [] });
    const lags = lagsMs(results);
    expect(lags[75]).toBeLessThan(5);
    for (const { request_id: id, planned_time: planned } of results) {
      expect(Number(planned) - record.start_time).toBeCloseTo(Number(id) * 0.01, 4);
    }
  });

  it('that takes a little now and then gets every result, in whole lines', async () => {
    await using server = await startScriptedServer(saying(LONG));
    const { path, handle } = await unreadPipe();
    const run = runWorkload(steady(60, 5), { endpoint: server.url, model: 'm' });
    const recording = recordRun(run, path);
    const pieces: Buffer[] = [];
    const reader = createReadStream(path, { highWaterMark: 16_384 });
    const reading = (async () => {
      for await (const piece of reader as AsyncIterable<Buffer>) {
        pieces.push(piece);
        await sleep(5);
      }
    })();
    await recording;
    await handle.close();
    await reading;
    expect(parse(Buffer.concat(pieces).toString())).toHaveLength(60);
  });

  it.each([1, 2])(
    'ends the run loudly when the queue is full, and keeps what was in it: %d workers',
    async (workers) => {
      await using server = await startScriptedServer(saying(LONG));
      const { path, handle } = await unreadPipe();
      const run = runWorkload(steady(400, 5), { endpoint: server.url, model: 'm', resultQueueBytes: 200_000, workers });
      const recording = recordRun(run, path);
      recording.catch(() => {});
      await settled(run);
      const text = readAll(createReadStream(path));
      await expect(recording).rejects.toMatchObject({
        code: 'output',
        message: expect.stringMatching(
          /^results came faster than they were taken: 0\.191 MiB of them were waiting.* \d+ of 400 results are lost/,
        ),
        hint: expect.stringContaining('resultQueueBytes'),
      });
      await handle.close();
      const results = parse(await text);
      // Some 16 fit into the queue, some 6 into the pipe, and the rest was ended.
      expect(results.length).toBeGreaterThan(10);
      expect(results.length).toBeLessThan(60);
      const record = await run.finished;
      expect(record).toMatchObject({ ended_early: 'output', counts: { offered: 400 } });
      expect(record.counts.sent).toBeLessThan(200);
      expect(server.seen.length).toBeLessThan(200);
    },
  );

  it('is not waited for without end when results are lost already', { timeout: 30_000 }, async () => {
    await using server = await startScriptedServer(saying(LONG));
    const { path, handle } = await unreadPipe();
    const run = runWorkload(steady(100, 2), { endpoint: server.url, model: 'm', resultQueueBytes: 100_000 });
    await expect(recordRun(run, path)).rejects.toMatchObject({
      code: 'output',
      message: expect.stringMatching(/nothing more could be written for 10 s; .*the last results are lost/),
    });
    // The write that is still on its way ends with the pipe.
    const text = readAll(createReadStream(path));
    await handle.close();
    await text;
  });

  it.each([1, 2])(
    'does not lose what a stop leaves unsent, though it is more than the queue holds: %d workers',
    async (workers) => {
      await using server = await startScriptedServer(saying('a'));
      const path = join(folder, 'o.jsonl');
      const run = runWorkload(steady(3000, 10), {
        endpoint: server.url,
        model: 'm',
        workers,
        durationLimitMs: 200,
        resultQueueBytes: 50_000,
      });
      const record = await recordRun(run, path);
      expect(record).toMatchObject({ ended_early: 'duration-limit', counts: { offered: 3000 } });
      expect(parse(await readFile(path, 'utf8'))).toHaveLength(3000);
    },
  );
});

describe('a reader of results that is too slow', () => {
  it('gets those that found room, and then the error', async () => {
    await using server = await startScriptedServer(saying(LONG));
    const run = runWorkload(steady(60, 1), { endpoint: server.url, model: 'm', resultQueueBytes: 100_000 });
    await settled(run);
    const results: RequestResult[] = [];
    const reading = (async () => {
      for await (const result of run) results.push(result);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'output' });
    expect(results.length).toBeGreaterThan(4);
    expect(results.length).toBeLessThan(10);
    const record = await run.finished;
    expect(record.ended_early).toBe('output');
    expect(record.warnings).toEqual([expect.stringContaining('found no room')]);
  });
});

/** A file system of 256 KiB of its own; undefined where this user may not mount one. */
const smallDisk = async (): Promise<{ path: string; unmount: () => void } | undefined> => {
  const path = join(folder, 'small');
  await mkdir(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { path, unmount: () => execFileSync('umount', ['-l', path]) };
};

describe('a full disk', () => {
  it('ends the run, keeps whole lines, and says how many results are lost', async ({ skip }) => {
    const disk = await smallDisk();
    if (!disk) skip('this user may not mount a small file system');
    else {
      try {
        await using server = await startScriptedServer(saying(LONG));
        const run = runWorkload(steady(500, 5), { endpoint: server.url, model: 'm' });
        const path = join(disk.path, 'o.jsonl');
        const error = await recordRun(run, path).then(
          () => undefined,
          (failure: unknown) => failure as Error,
        );
        const text = await readFile(path, 'utf8');
        const results = parse(text);
        // 256 KiB of lines of 12 KB.
        expect(results.length).toBeGreaterThan(15);
        expect(results.length).toBeLessThan(22);
        expect(error).toMatchObject({
          code: 'output',
          message: expect.stringContaining(`${500 - results.length} of 500 results are lost`),
        });
        expect(error?.message).toContain('ENOSPC');
        const record = await run.finished;
        expect(record).toMatchObject({ ended_early: 'output', counts: { offered: 500 } });
        expect(record.counts.sent).toBeLessThan(300);
        // What the part of a line at the end took is free again, and enough for the record.
        const written = runRecordSchema.parse(JSON.parse(await readFile(join(disk.path, 'o.run.json'), 'utf8')));
        expect(written).toMatchObject({ ended_early: 'output', warnings: [expect.stringContaining('ENOSPC')] });
      } finally {
        disk.unmount();
      }
    }
  });

  it('ends a compressed file where it stands, which can be read up to there', async ({ skip }) => {
    const disk = await smallDisk();
    if (!disk) skip('this user may not mount a small file system');
    else {
      try {
        await using server = await startScriptedServer((response, request) => {
          saying(randomBytes(9000).toString('base64'))(response, request);
        });
        const run = runWorkload(steady(300, 5), { endpoint: server.url, model: 'm' });
        const path = join(disk.path, 'o.jsonl.gz');
        await expect(recordRun(run, path)).rejects.toMatchObject({
          code: 'output',
          message: expect.stringMatching(/ENOSPC.*the last results are lost/),
        });
        const ids: unknown[] = [];
        const reading = (async () => {
          for await (const { request_id: id } of readJsonl<RequestResult>(path)) ids.push(id);
        })();
        await expect(reading).rejects.toMatchObject({ code: 'input' });
        expect(ids.length).toBeGreaterThan(10);
      } finally {
        disk.unmount();
      }
    }
  });

  it.runIf(existsSync('/dev/full'))('that takes nothing at all ends the run too', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(200, 10), { endpoint: server.url, model: 'm' });
    await expect(recordRun(run, '/dev/full')).rejects.toMatchObject({
      code: 'output',
      message: expect.stringMatching(/\/dev\/full.*ENOSPC.*the last results are lost/),
    });
    const record = await run.finished;
    expect(record).toMatchObject({ ended_early: 'output', counts: { offered: 200 } });
    expect(record.counts.sent).toBeLessThan(100);
  });
});
