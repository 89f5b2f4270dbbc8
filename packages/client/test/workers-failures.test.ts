import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema, runRecordPath, type WorkloadEntry } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { recordRun, runWorkload, undiciTransport } from '../src/index.js';
import { collect, steady } from './collect.js';
import { mixedWorkload } from './mixed-workload.js';
import { sleep, startScriptedServer } from './scripted-server.js';
import { counting, ids, inFile, range, watchingWorkers } from './several-workers.js';

describe('a run on several workers that cannot go on', () => {
  it.each([
    ['fetch', { fetch: globalThis.fetch }],
    ['clock', { clock: createRealClock() }],
    ['transport', { transport: undiciTransport({ endpoint: 'http://x', clock: createRealClock() }) }],
  ])('refuses a %s, which no other thread could use', (name, options) => {
    const start = () => runWorkload(steady(1, 0), { endpoint: 'http://x', model: 'm', workers: 2, ...options });
    expect(start).toThrow(`${name}: it cannot be handed to worker threads`);
  });

  it.each([0, 1.5, -1])('refuses %d workers', (workers) => {
    expect(() => runWorkload(steady(1, 0), { endpoint: 'http://x', model: 'm', workers })).toThrow(
      'workers: expected a whole number from 1',
    );
  });

  it('ends before its first request where a graph would be torn apart', async () => {
    await using server = await startScriptedServer(counting());
    const torn = [
      { id: 'a', prompt: 'a', session_id: 's', parents: [] },
      { id: 'b', prompt: 'b', session_id: 't', parents: ['a'] },
    ];
    const run = inFile([{ timestamp: 0, requests: torn }], (path) =>
      collect(path, { endpoint: server.url, workers: 2 }),
    );
    await expect(run).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/workload\.jsonl:1: "b" waits for "a", which goes by another session/),
    });
    expect(server.seen).toEqual([]);
  });

  it('gives the results it has, and what its stream threw', async () => {
    await using server = await startScriptedServer(counting());
    const stream = async function* () {
      yield* steady(5, 0);
      while (server.seen.length < 5) await sleep(5);
      throw new Error('the source is gone');
    };
    const run = runWorkload(stream(), { endpoint: server.url, model: 'm', workers: 2 });
    const results: RequestResult[] = [];
    const all = (async () => {
      for await (const result of run) results.push(result);
    })();
    await expect(all).rejects.toThrow('the source is gone');
    await expect(run.finished).rejects.toThrow('the source is gone');
    expect(ids(results)).toEqual(range(5));
  });

  it('rejects with what an entry holds that no message can', async () => {
    await using server = await startScriptedServer(counting());
    const workload = steady(5, 10, () => ({ tags: { call: () => 1 } }));
    await expect(collect(workload, { endpoint: server.url, workers: 2 })).rejects.toThrow('could not be cloned');
  });

  it('says what a worker found wrong in a stream', async () => {
    await using server = await startScriptedServer(counting());
    const stream = async function* (): AsyncGenerator<WorkloadEntry> {
      yield { timestamp: 0, requests: [{ prompt: 'p', id: 'a' }] };
      yield { timestamp: 1, requests: [{ prompt: 'p', parents: ['x'] }] };
    };
    const run = collect(stream(), { endpoint: server.url, workers: 2 });
    await expect(run).rejects.toThrow('"x" is the id of no request before it');
  });

  it.each([
    ['is killed', (worker: Worker) => void worker.terminate(), /worker \d died: it ended with code 1/],
    ['fails', (worker: Worker) => worker.postMessage({ type: 'stop' }), /worker \d died: .*undefined/],
  ])('rejects loudly when a worker %s, with whole lines on disk and no record', async (_, kill, message) => {
    await using server = await startScriptedServer(counting(50));
    await inFile(mixedWorkload(40, 10), (path, folder) =>
      watchingWorkers(async (workers) => {
        const output = join(folder, 'results.jsonl');
        const recording = recordRun(runWorkload(path, { endpoint: server.url, model: 'm', workers: 2 }), output);
        recording.catch(() => {});
        while (server.seen.length < 60) await sleep(5);
        expect(workers).toHaveLength(2);
        kill(workers[1] as Worker);
        const error: unknown = await recording.then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (!BenchmarkError.is(error)) throw error;
        expect(error.code).toBe('worker');
        expect(error.message).toMatch(message);
        const seen = server.seen.length;
        const results: RequestResult[] = [];
        for await (const result of readJsonl(output, { schema: requestResultSchema })) results.push(result);
        expect(results.length).toBeGreaterThan(0);
        expect(new Set(ids(results)).size).toBe(results.length);
        // The other worker was told, and its requests have their results.
        expect(results.some(({ worker, error_code: code }) => worker === 0 && code === 'interrupted')).toBe(true);
        await expect(readJsonl(runRecordPath(output)).next()).rejects.toMatchObject({ code: 'file-not-found' });
        await sleep(50);
        expect(server.seen).toHaveLength(seen);
      }),
    );
  });

  it('leaves no thread behind, however it ends', async () => {
    await using server = await startScriptedServer(counting());
    await watchingWorkers(async (workers) => {
      await collect(steady(5, 0), { endpoint: server.url, workers: 2 });
      const broken = async function* () {
        yield* steady(1, 0);
        throw new Error('broken');
      };
      await expect(collect(broken(), { endpoint: server.url, workers: 2 })).rejects.toThrow('broken');
      expect(workers).toHaveLength(4);
      // A thread that has ended has no number any more.
      expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1, -1]);
    });
  });
});
