import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { createRandom } from '@aibrix/core/random';
import { indexOfDispersion } from '@aibrix/metrics';
import { expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import type { ArrivalProcessName } from './arrival-processes.js';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { createProcessCheck } from './process-check.js';
import type { ProcessOptions } from './process-options.js';
import type { RateDescription } from './rate-description.js';

const WORKERS = 4;

interface Job {
  process: ArrivalProcessName;
  shape?: number;
  rate: RateDescription;
  /** Name of the stream that is drawn from. */
  stream: string;
  /** Times of the whole schedule. */
  count: number;
  /** Null: all of them. */
  shard: { by: 'turn' | 'hash'; index: number; of: number } | null;
}

/** Runs on the sources, as the tests do: packages and TypeScript files are found by a hook, and types are stripped. */
const WORKER = `
  const { createHash } = require('node:crypto');
  const { registerHooks } = require('node:module');
  const { parentPort, workerData } = require('node:worker_threads');
  const { packages, job } = workerData;
  registerHooks({
    resolve(specifier, context, next) {
      const [, name, part] = /^@aibrix[/](\\w+)(?:[/](\\w+))?$/.exec(specifier) ?? [];
      if (name) return next(packages + name + '/src/' + (part ? part + '/' : '') + 'index.ts', context);
      const isSource = specifier.startsWith('.') && context.parentURL?.startsWith(packages) && context.parentURL.endsWith('.ts');
      return next(isSource ? specifier.replace(/[.]js$/, '.ts') : specifier, context);
    },
  });
  const isMine = (number) => {
    if (job.shard === null) return true;
    const { by, index, of } = job.shard;
    if (by === 'turn') return number % of === index;
    return createHash('sha256').update(String(number)).digest().readUInt32BE(0) % of === index;
  };
  const load = (path) => import(packages + path);
  Promise.all([
    load('core/src/random/index.ts'),
    load('workload/src/arrivals/create-arrivals.ts'),
    load('workload/src/arrivals/create-rate.ts'),
  ]).then(([{ createRandom }, { createArrivals }, { createRate }]) => {
    const random = createRandom(0, job.stream);
    const mine = [];
    let number = 0;
    for (const timeMs of createArrivals({ process: job.process, shape: job.shape, rate: createRate(job.rate), random })) {
      if (number === job.count) break;
      if (isMine(number)) mine.push(timeMs);
      number++;
    }
    parentPort.postMessage(Float64Array.from(mine));
  });
`;

const packages = new URL('../../../', import.meta.url).href;

const timesByWorker = (job: Job): Promise<Float64Array> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { eval: true, workerData: { packages, job }, execArgv: ['--no-warnings'] });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

const merged = (parts: readonly Float64Array[]): Float64Array =>
  Float64Array.from(parts.flatMap((part) => [...part])).sort();

const sha256 = (times: Float64Array): string =>
  createHash('sha256')
    .update(new Uint8Array(times.buffer, times.byteOffset, times.byteLength))
    .digest('hex');

test.each<[ArrivalProcessName, RateDescription]>([
  ['poisson', { kind: 'constant', rate_rps: 50 }],
  ['constant', { kind: 'ramp', from_rps: 1, to_rps: 90, duration_ms: 60_000 }],
  ['gamma', { kind: 'sine', mean_rps: 40, amplitude_rps: 40, period_ms: 9000 }],
])(
  'shards of %s arrivals, each made by a worker of its own, are together the whole, byte for byte',
  async (process, rate) => {
    const count = 20_000;
    const random = createRandom(0, 'arrivals');
    const whole = Float64Array.from(await collect(createArrivals({ process, rate: createRate(rate), random }), count));
    for (const by of ['turn', 'hash'] as const) {
      const shards = Array.from({ length: WORKERS }, (_, index) =>
        timesByWorker({ process, rate, stream: 'arrivals', count, shard: { by, index, of: WORKERS } }),
      );
      const parts = await Promise.all(shards);
      // A quarter each: by turns exactly, by hash with a standard deviation of 61.
      for (const part of parts) expect(Math.abs(part.length - count / WORKERS)).toBeLessThan(by === 'turn' ? 1 : 300);
      expect(sha256(merged(parts))).toBe(sha256(whole));
    }
  },
);

/** A stream for each worker, at a share of the rate; up to the time that all of them have reached. */
const superposed = async (process: ArrivalProcessName, shape?: number): Promise<number[]> => {
  const rate = { kind: 'constant', rate_rps: 10 / WORKERS } as const;
  const job = { process, ...(shape !== undefined && { shape }), rate, count: 30_000, shard: null };
  const streams = Array.from({ length: WORKERS }, (_, index) => timesByWorker({ ...job, stream: `arrivals/${index}` }));
  const parts = await Promise.all(streams);
  const untilMs = Math.min(...parts.map((part) => part.at(-1) as number));
  return [...merged(parts)].filter((timeMs) => timeMs <= untilMs);
};

const checked = (times: readonly number[], options: ProcessOptions): number => {
  const rate = createRate({ kind: 'constant', rate_rps: 10 });
  const check = createProcessCheck({ ...options, rate, resolutionMs: 0 });
  for (const timeMs of times) check.add(timeMs);
  return check.result().p_value as number;
};

test('workers with Poisson streams of their own at a share of the rate are together a Poisson process', async () => {
  const times = await superposed('poisson');
  expect((times.at(-1) as number) / 1000).toBeGreaterThan(10_000);
  // At least 10,000 windows: standard error at most √(2/10,000) = 0.014.
  expect(Math.abs((indexOfDispersion(times, 1000) as number) - 1)).toBeLessThan(0.05);
  expect(checked(times, { process: 'poisson' })).toBeGreaterThan(0.01);
});

// Only Poisson streams add up to one of their own kind: hence one schedule that is sharded, and not a stream a worker.
test('workers with gamma streams of their own are together neither a gamma process nor a Poisson process', async () => {
  const times = await superposed('gamma', 4);
  expect(checked(times, { process: 'gamma', shape: 4 })).toBeLessThan(1e-6);
  expect(checked(times, { process: 'poisson' })).toBeLessThan(1e-6);
});
