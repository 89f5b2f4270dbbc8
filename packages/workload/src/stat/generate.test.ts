import type { Manifest, WorkloadEntry } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { stat } from './generate.js';
import type { StatOptions } from './options.js';

const folder = temporaryFolder();
const START = Date.UTC(2024, 4, 1, 8);
let files = 0;

/** An export with a row for each minute. */
const minutes = (header: string, ...rows: string[]) =>
  folder.write(
    `stat-${files++}.csv`,
    `${header}\n${rows.map((row, minute) => `${START + minute * 60_000},${row}\n`).join('')}`,
  );
const traffic = (...rates: (number | string)[]) =>
  minutes('Time,Total,Success,4xx Error,5xx Error', ...rates.map((rate) => `999,${rate},7,0`));
const lengths = (...rows: string[]) => minutes('Time,P50,P70,P90,P99', ...rows);

const planned = (options: StatOptions): Promise<WorkloadEntry[]> => collect(stat({ withText: false, ...options }, {}));
const countsByMinute = (entries: readonly WorkloadEntry[], count: number): number[] =>
  Array.from(
    { length: count },
    (_, minute) => entries.filter(({ timestamp }) => Math.floor(timestamp / 60_000) === minute).length,
  );

describe('stat', () => {
  test('has the rate of each step, and of no request that failed', async () => {
    const trafficFile = await traffic(50, 10, 0, 0.25);
    const steady = { trafficFile, fluctuation: 'none', arrivals: 'constant' } as const;
    expect(countsByMinute(await planned(steady), 5)).toEqual([3000, 600, 0, 15, 0]);
    const drawn = countsByMinute(await planned({ trafficFile }), 5);
    for (const [minute, rate] of [50, 10, 0, 0.25, 0].entries()) {
      // Counts of arrivals of a drawn rate have twice a Poisson count's variance: four standard errors.
      expect(Math.abs((drawn[minute] ?? 0) - rate * 60)).toBeLessThanOrEqual(4 * Math.sqrt(2 * rate * 60));
    }
  });

  test('does not lift low rates', async () => {
    const trafficFile = await traffic(...Array<number>(400).fill(0.05));
    // 1,200 requests in 400 minutes: four standard errors.
    expect(Math.abs((await planned({ trafficFile })).length - 1200)).toBeLessThan(4 * Math.sqrt(2400));
  });

  test('divides rates and lengths by their scales', async () => {
    const options = {
      trafficFile: await traffic(40, 20),
      promptLenFile: await lengths('800,800,800,800', '800,800,800,800'),
      completionLenFile: await lengths('90,90,90,90', '90,90,90,90'),
      arrivals: 'constant',
      fluctuation: 'none',
    } as const;
    const entries = await planned({ ...options, qpsScale: 4, inputScale: 8, outputScale: 3 });
    expect(entries).toHaveLength(900);
    const of = (name: 'prompt_length' | 'output_length') => entries.map(({ requests }) => requests[0]?.[name]);
    expect([new Set(of('prompt_length')), new Set(of('output_length'))]).toEqual([new Set([100]), new Set([30])]);
  });

  test('has lengths as their percentiles say, and reports how near they came', async () => {
    const workload = stat(
      {
        withText: false,
        trafficFile: await traffic(500, 500),
        promptLenFile: await lengths('1000,1521,2789,6426', '500,760,1395,3213'),
        completionLenFile: await lengths('100,152,279,643', '100,152,279,643'),
      },
      {},
    );
    const entries = await collect(workload);
    const prompts = entries
      .filter(({ timestamp }) => timestamp < 60_000)
      .map(({ requests }) => requests[0]?.prompt_length ?? 0)
      .sort((a, b) => a - b);
    for (const [share, asked, bound] of [
      // Four standard errors of a quantile of 30,000 draws of a lognormal with sigma 0.8.
      [0.5, 1000, 0.024],
      [0.9, 2789, 0.032],
      [0.99, 6426, 0.07],
    ] as const) {
      const obtained = prompts[Math.floor(share * prompts.length)] ?? 0;
      expect(Math.abs(obtained / asked - 1)).toBeLessThan(bound);
    }
    const { statistics } = workload.findings?.() ?? {};
    expect(statistics).toMatchObject({
      exported_metrics: { step_ms: 60_000, steps: 2, rate: { asked_mean_rps: 500 } },
      length_fit: {
        prompt: { requests: entries.length, figures: [{ statistic: 'p50' }, { statistic: 'p70' }, {}, {}] },
        output: { requests: entries.length, worst_steps: [{}, {}] },
      },
    });
  });

  test('makes prompts to the token', async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    const options: StatOptions = {
      trafficFile: await traffic(2, 2),
      promptLenFile: await lengths('60,70,90,120', '60,70,90,120'),
      lengthMode: 'exact',
      maxRequests: 20,
    };
    const entries = await collect(stat(options, { source }));
    expect(entries).toHaveLength(20);
    for (const { requests } of entries) {
      expect(encode(requests[0]?.prompt ?? '')).toHaveLength(requests[0]?.prompt_length ?? -1);
      expect(requests[0]?.output_length).toBeNull();
    }
    expect(new Set(entries.map(({ requests }) => requests[0]?.prompt_length)).size).toBeGreaterThan(5);
  });

  test('chooses prompts of about the lengths, flat, and keeps the output lengths of the metrics', async () => {
    const records = Array.from({ length: 50 }, (_, number) => ({
      session_id: `s${number}`,
      prompts: ['a', 'b'],
      prompt_lengths: [number * 20 + 10, number * 20 + 20],
      output_lengths: [5, 5],
    }));
    const pool = await openPromptPool(await folder.write('dataset.jsonl', jsonl(records)));
    const options = {
      trafficFile: await traffic(5, 5),
      promptLenFile: await lengths('300,300,300,300', '300,300,300,300'),
      completionLenFile: await lengths('6,6,6,6', '6,6,6,6'),
      maxRequests: 50,
    };
    for (const { requests } of await collect(stat(options, { pool }))) {
      expect(requests[0]).toMatchObject({ output_length: 6 });
      expect(requests[0]).not.toHaveProperty('session_id');
    }
    const near = (await collect(stat({ ...options, completionLenFile: undefined }, { pool }))).map(
      ({ requests }) => requests[0]?.prompt_length ?? 0,
    );
    expect([Math.min(...near), Math.max(...near)]).toEqual([270, 330]);
    await pool.close();
  });

  test('reads CloudIDE exports and general ones', async () => {
    const steady = { fluctuation: 'none', arrivals: 'constant' } as const;
    const cloud = await planned({
      ...steady,
      traceType: 'cloudide',
      trafficFile: await minutes('Time,chat', '2', 'undefined', '2'),
      promptLenFile: await minutes('Time,recv_bytes.rate@a,sent_bytes.rate@a', '2000,200', ',', '4000,800'),
    });
    expect(countsByMinute(cloud, 3)).toEqual([120, 0, 120]);
    const total = (name: 'prompt_length' | 'output_length', from: number): number =>
      cloud.slice(from, from + 120).reduce((sum, { requests }) => sum + (requests[0]?.[name] ?? 0), 0);
    // The wave adds up to nothing over a step; each length is rounded.
    for (const [name, from, mean] of [
      ['prompt_length', 0, 1000],
      ['prompt_length', 120, 2000],
      ['output_length', 0, 100],
      ['output_length', 120, 400],
    ] as const) {
      expect(Math.abs(total(name, from) / 120 - mean)).toBeLessThan(0.5 + mean * 0.005);
    }
    const general = await planned({
      ...steady,
      traceType: 'general',
      trafficFile: await minutes('Time,qps,in', '1,10', '2,10'),
      columns: 'rate=qps,prompt_p50=in',
    });
    expect(countsByMinute(general, 2)).toEqual([60, 120]);
    expect(new Set(general.map(({ requests }) => requests[0]?.prompt_length))).toEqual(new Set([10]));
  });

  test('cuts at the duration, and notes metrics that end before', async () => {
    const trafficFile = await traffic(5, 5);
    const cut = await planned({ trafficFile, durationMs: 30_000 });
    expect(cut.every(({ timestamp }) => timestamp < 30_000)).toBe(true);
    expect(cut).toEqual((await planned({ trafficFile })).slice(0, cut.length));
    const short = stat({ withText: false, trafficFile, durationMs: 200_000 }, {});
    await collect(short);
    expect(short.findings?.().notes).toEqual(['the metrics end at 120000 ms, before the duration of 200000 ms']);
  });

  test('is empty, and says so, where no rate is above 0', async () => {
    const workload = stat({ withText: false, trafficFile: await traffic(0, 0, 0) }, {});
    expect(await collect(workload)).toEqual([]);
    expect(workload.findings?.().notes).toEqual([
      'the workload is empty: at this rate no request falls into the duration',
    ]);
  });

  test('gives the same entries each time, and others with another seed', async () => {
    const options = { trafficFile: await traffic(5, 9), promptLenFile: await lengths('6,7,8,9', '60,70,80,90') };
    const workload = stat({ ...options, withText: false }, {});
    const first = await collect(workload);
    expect(await collect(workload)).toEqual(first);
    expect(await planned({ ...options, seed: 1 })).not.toEqual(first);
  });

  test('keeps times when lengths are drawn otherwise, and lengths of outputs when those of prompts are', async () => {
    const trafficFile = await traffic(5, 9);
    const completionLenFile = await lengths('6,7,8,9', '60,70,80,90');
    const first = await planned({ trafficFile, completionLenFile });
    const second = await planned({
      trafficFile,
      completionLenFile,
      promptLenFile: await lengths('600,700,800,900', '6,7,8,9'),
    });
    const kept = (entries: readonly WorkloadEntry[]) =>
      entries.map(({ timestamp, requests }) => [timestamp, requests[0]?.output_length]);
    expect(kept(second)).toEqual(kept(first));
  });

  test('states in the manifest what was read, and the rate that was drawn', async () => {
    const trafficFile = await traffic('"1,000.0"', 'undefined', 4);
    const path = folder.path('workload.jsonl');
    const workload = stat({ withText: false, trafficFile, qpsScale: 100 }, {});
    expect(workload.origin.arrivals?.rate).toBeNull();
    const manifest: Manifest = await writeWorkloadFile(path, workload);
    expect(manifest).toMatchObject({
      generator: 'stat',
      seed: 0,
      options: {
        traceType: 'maas',
        trafficFile,
        files: [{ name: trafficFile, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
      notes: ['steps that are missing or have no rate, with one between their neighbours: 1'],
    });
    expect(workload.origin.arrivals?.rate).toMatchObject({ kind: 'intervals', interval_ms: 1000 });
  });

  test('names every problem of its options, and what is missing', async () => {
    const trafficFile = 'traffic.csv';
    expect(() =>
      stat({ trafficFile: '', qpsScale: 0, durationMs: -1, columns: 'rat=x', traceType: 'maas' }, {}),
    ).toThrowError(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringMatching(
          /trafficFile.*columns: there is no field "rat": did you mean rate\?.*qpsScale.*durationMs/,
        ),
      }),
    );
    expect(() => stat({ trafficFile, lengthMode: 'exact' }, {})).toThrow(
      'stat: promptLenFile: is needed with lengthMode exact',
    );
    expect(() => stat({ trafficFile, traceType: 'general' }, {})).toThrow('stat: columns: must name the column');
    expect(() => stat({ trafficFile, burstiness: 2 }, {})).toThrow('burstiness');
    expect(() => stat({ trafficFile }, {})).toThrow('lengthMode match needs a dataset');
    await expect(planned({ trafficFile: folder.path('none.csv') })).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
