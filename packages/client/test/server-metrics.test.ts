import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonl } from '@aibrix/core/jsonl';
import { type ServerSample, serverSamples } from '@aibrix/metrics';
import { runRecordSchema, type ServerMetricsRecord, serverMetricsRecordSchema } from '@aibrix/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordRun, runWorkload, type ServerMetricsOptions, type WorkloadRun } from '../src/index.js';
import { recordServerMetrics } from '../src/record-server-metrics.js';
import { collect, steady } from './collect.js';
import { countingPage, startMetricsPage } from './metrics-page.js';
import { closedPort, saying, sleep, startScriptedServer } from './scripted-server.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-'));
});
afterEach(() => rm(folder, { recursive: true }));

const allOf = async (records: AsyncIterable<ServerMetricsRecord>): Promise<ServerMetricsRecord[]> => {
  const all: ServerMetricsRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
};

/** Runs ten requests in half a second with a scripted server behind them. */
const observe = async (serverMetrics: ServerMetricsOptions, more: object = {}) => {
  await using server = await startScriptedServer(saying('a'));
  const run = runWorkload(steady(10, 50), { endpoint: server.url, model: 'm', serverMetrics, ...more });
  const records = allOf(run.serverMetrics);
  for await (const _ of run);
  return { records: await records, run: await run.finished };
};

describe('server metrics', () => {
  it('stand beside the results, on their clock, before, during and after the load', async () => {
    await using server = await startScriptedServer(saying('a'));
    await using page = await startMetricsPage(countingPage);
    const output = join(folder, 'o.jsonl');
    const run = runWorkload(steady(10, 50), {
      endpoint: server.url,
      model: 'm',
      serverMetrics: { urls: [page.url], intervalMs: 100 },
    });
    const record = await recordRun(run, output);

    const records: ServerMetricsRecord[] = [];
    for await (const one of readJsonl(join(folder, 'o.server.jsonl'), { schema: serverMetricsRecordSchema })) {
      records.push(one);
    }
    const phases = records.map(({ phase }) => phase);
    expect(phases[0]).toBe('before');
    expect(phases.at(-1)).toBe('after');
    const during = phases.slice(1, -1);
    expect(during.every((phase) => phase === 'during')).toBe(true);
    expect(during.length).toBeGreaterThanOrEqual(3);
    expect(records[0]?.time).toBeLessThan(record.start_time);
    expect(records.at(-1)?.time).toBeGreaterThanOrEqual(record.end_time);
    expect(records.every(({ endpoint, error }) => endpoint === page.url && error === undefined)).toBe(true);

    // Names stand once; what was not asked for stands nowhere.
    expect(records.map(({ series }) => series.length)).toEqual([2, 1, ...Array(records.length - 2).fill(0)]);
    const samples: ServerSample[] = [];
    for await (const sample of serverSamples(records)) samples.push(sample);
    const valuesOf = (name: string): number[] =>
      samples.filter(({ series }) => series.name === name).map(({ value }) => value);
    expect(valuesOf('vllm:num_requests_running')).toEqual(records.map((_, index) => index + 1));
    expect(valuesOf('vllm:num_preemptions_total')).toEqual(records.slice(1).map((_, index) => index + 2));
    expect(samples[1]?.series).toEqual({
      id: 1,
      name: 'vllm:e2e_request_latency_seconds_bucket',
      type: 'histogram',
      labels: { le: '+Inf', model_name: 'm' },
    });

    const written = runRecordSchema.parse(JSON.parse(await readFile(join(folder, 'o.run.json'), 'utf8')));
    const { path, endpoints, scrapes, failed } = written.server_metrics ?? {};
    expect({ path, endpoints, scrapes, failed }).toEqual({
      path: 'o.server.jsonl',
      endpoints: [page.url],
      scrapes: records.length,
      failed: 0,
    });
    expect(written.options).toMatchObject({ serverMetrics: { urls: [page.url], intervalMs: 100, sendsApiKey: false } });
    expect(written.warnings).toEqual([]);
  });

  it('are scraped once for all workers', async () => {
    await using page = await startMetricsPage(countingPage);
    const { records, run } = await observe({ urls: [page.url], intervalMs: 200 }, { workers: 2 });
    expect(run.counts.succeeded).toBe(10);
    expect(records.map(({ phase }) => phase).filter((phase) => phase !== 'during')).toEqual(['before', 'after']);
    expect(page.seen).toHaveLength(run.server_metrics?.scrapes ?? 0);
    expect(page.mostAtOnce).toBe(1);
  });

  it('hold the end of a run up without making it one that was ended early', async () => {
    await using server = await startScriptedServer(saying('a'));
    const asked = Promise.withResolvers<void>();
    await using page = await startMetricsPage((response, scrape) => {
      if (scrape === 1) countingPage(response, scrape);
      else asked.resolve();
    });
    const run = runWorkload(steady(3, 50), {
      endpoint: server.url,
      model: 'm',
      serverMetrics: { urls: [page.url], intervalMs: 60_000 },
    });
    const results = (async () => {
      let count = 0;
      for await (const _ of run) count++;
      return count;
    })();
    await asked.promise;
    run.cancel();
    expect(await results).toBe(3);
    expect(await run.finished).toMatchObject({ ended_early: null, counts: { succeeded: 3 } });
  });

  it('of several pages go into one file, with numbers of their own for each series', async () => {
    await using one = await startMetricsPage(countingPage);
    await using two = await startMetricsPage(countingPage);
    const { records, run } = await observe({ urls: [one.url, two.url, one.url], intervalMs: 100 });
    expect(run.server_metrics?.endpoints).toEqual([one.url, two.url]);
    const ids = records.flatMap(({ endpoint, samples }) => samples.map(([id]) => `${id} ${endpoint}`));
    expect(new Set(ids).size).toBe(6);
    expect(new Set(ids.map((id) => id.split(' ')[0])).size).toBe(6);
  });

  it('keep the names that are asked for beside those of the engines', async () => {
    await using page = await startMetricsPage(countingPage);
    const { records } = await observe({ urls: [page.url], names: ['python_*'] });
    expect(records.flatMap(({ series }) => series.map(({ name }) => name))).toContain('python_info');
  });

  it('are asked of the endpoint itself with auto', async () => {
    await using server = await startScriptedServer((response, request) => saying('a')(response, request));
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { url } = new Request(input, init);
      if (!url.endsWith('/metrics')) return globalThis.fetch(input, init);
      asked.push(url);
      return new Response('vllm:num_requests_running 1\n');
    };
    const { record } = await collect(steady(2, 10), {
      endpoint: `${server.url}/v1`,
      serverMetrics: { urls: ['auto'] },
      fetch,
    });
    expect(new Set(asked)).toEqual(new Set([`${server.url}/metrics`]));
    expect(record.server_metrics).toMatchObject({ endpoints: [`${server.url}/metrics`], failed: 0 });
  });

  it('of a page in OpenMetrics keep its times', async () => {
    await using page = await startMetricsPage((response) => {
      response
        .setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
        .end('# TYPE vllm:a gauge\nvllm:a 1 1700000000.5\nvllm:b NaN\nvllm:c +Inf\nvllm:d -Inf\n# EOF\n');
    });
    const { records } = await observe({ urls: [page.url] });
    expect(records[0]?.samples).toEqual([
      [0, 1, 1700000000.5],
      [1, 'NaN'],
      [2, '+Inf'],
      [3, '-Inf'],
    ]);
  });
});

describe('a page that fails', () => {
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['with a status', (response) => response.writeHead(503).end('no'), /^HTTP 503$/],
    [
      'by a redirect, which could lead elsewhere',
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      /^HTTP 302$/,
    ],
    ['as it is no such page', (response) => response.end('<html>\n<body>\n'), /not in the text format/],
    [
      'in the middle',
      (response) => {
        response.write('vllm:a 1\nvllm:b');
        setTimeout(() => response.destroy(), 20);
      },
      /terminated|other side closed|ECONNRESET|UND_ERR/,
    ],
    ['by its size', (response) => response.end(Buffer.alloc(17 << 20, 'vllm:a 1\n')), /larger than 16 MiB/],
    ['by a line without end', (response) => response.end(Buffer.alloc(3 << 20, 'x')), /no end/],
  ])('%s is on record, and stops nothing', async (_, answer, expected) => {
    await using page = await startMetricsPage(answer);
    const { records, run } = await observe({ urls: [page.url], intervalMs: 200 });
    expect(run.counts.succeeded).toBe(10);
    expect(run.verdict_figures.sent).toBe(10);
    expect(records.length).toBeGreaterThanOrEqual(3);
    for (const { error, samples, series } of records) {
      expect(error).toMatch(expected);
      expect([samples, series]).toEqual([[], []]);
    }
    expect(run.server_metrics).toMatchObject({ scrapes: records.length, failed: records.length });
    expect(run.warnings).toEqual([expect.stringContaining(`${page.url} had none of the metrics`)]);
  });

  it('because nothing can be reached tells why, and not the query', async () => {
    const closed = `http://127.0.0.1:${await closedPort()}/metrics`;
    const refusedByFetch = 'http://127.0.0.1:9/metrics';
    const { records } = await observe({ urls: [`${closed}?token=sk-secret`, `${refusedByFetch}?token=sk-secret`] });
    const errorOf = (url: string) => records.find(({ endpoint }) => endpoint === url)?.error;
    expect(errorOf(closed)).toContain('ECONNREFUSED');
    expect(errorOf(refusedByFetch)).toBe('bad port');
    expect(JSON.stringify(records)).not.toContain('sk-secret');
  });

  it('by its silence holds the load up for five seconds, and no longer', async () => {
    await using page = await startMetricsPage((response) => void response.write('vllm:a 1\n'));
    const began = performance.now();
    const { records, run } = await observe({ urls: [page.url], intervalMs: 60_000 });
    expect(records[0]).toMatchObject({ phase: 'before', error: 'no whole answer within 5 s', samples: [] });
    expect(run.start_time - (records[0]?.time ?? 0)).toBeLessThan(7);
    expect(performance.now() - began).toBeLessThan(12_000);
    expect(run.counts.succeeded).toBe(10);
  });

  it('now and then loses no name: what a failed scrape met first is told by the next', async () => {
    await using page = await startMetricsPage((response, scrape) => {
      if (scrape > 1) return countingPage(response, scrape);
      response.write('vllm:num_requests_running{model_name="m"} 1\n');
      setTimeout(() => response.destroy(), 20);
    });
    const { records } = await observe({ urls: [page.url], intervalMs: 100 });
    expect(records[0]).toMatchObject({ error: expect.any(String), series: [] });
    expect(records[1]?.series.map(({ name }) => name)).toContain('vllm:num_requests_running');
  });
});

describe('a slow page', () => {
  it('is never asked twice at once during the run, nor delays what is sent', async () => {
    await using page = await startMetricsPage(async (response, scrape) => {
      if (scrape > 1) await sleep(180);
      countingPage(response, scrape);
    });
    const { records, run } = await observe({ urls: [page.url], intervalMs: 20 });
    const during = records.filter(({ phase }) => phase === 'during');
    expect(during.length).toBeLessThanOrEqual(4);
    // The last scrape does not wait for the one under way.
    expect(page.mostAtOnce).toBeLessThanOrEqual(2);
    expect(run.server_metrics?.skipped).toBeGreaterThan(10);
    expect(run.end_time - run.start_time).toBeLessThan(0.7);
    expect(during.every(({ scrape_seconds }) => scrape_seconds > 0.17)).toBe(true);
  });

  it('that hangs is given up soon after the run', async () => {
    await using page = await startMetricsPage((response, scrape) => {
      if (scrape === 1) countingPage(response, scrape);
    });
    const began = performance.now();
    const { records, run } = await observe({ urls: [page.url], intervalMs: 100 });
    expect(performance.now() - began).toBeLessThan(4500);
    expect(records.map(({ error }) => error)).toEqual([
      undefined,
      'given up: the run had ended',
      'given up: the run had ended',
    ]);
    expect(run.server_metrics).toMatchObject({ scrapes: 3, failed: 2 });
    expect(run.counts.succeeded).toBe(10);
  });
});

describe('the API key', () => {
  const apiKey = 'sk-very-secret';

  it('is sent to pages of the endpoint only where that is asked for, and to no other', async () => {
    await using server = await startScriptedServer(saying('a'));
    await using page = await startMetricsPage((response) => void response.end('vllm:a 1\n'));
    const keys: Record<string, string | null> = {};
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      if (!request.url.endsWith('/metrics')) return globalThis.fetch(input, init);
      keys[request.url] = request.headers.get('authorization');
      return new Response('vllm:a 1\n');
    };
    const own = `${server.url}/metrics`;
    const options = { endpoint: server.url, apiKey, fetch };
    await collect(steady(1, 1), { ...options, serverMetrics: { urls: ['auto', page.url] } });
    expect(keys).toEqual({ [own]: null, [page.url]: null });
    await collect(steady(1, 1), { ...options, serverMetrics: { urls: ['auto', page.url], sendsApiKey: true } });
    expect(keys).toEqual({ [own]: `Bearer ${apiKey}`, [page.url]: null });
  });

  it('stands in no record, nor does the query of a page', async () => {
    await using page = await startMetricsPage((response) => void response.end('vllm:a 1\n'));
    const { records, run } = await observe(
      { urls: [`${page.url}?token=sk-very-secret`], sendsApiKey: true },
      { apiKey },
    );
    expect(page.seen.length).toBeGreaterThan(0);
    expect(JSON.stringify([records, run])).not.toContain('sk-very');
    expect(records[0]?.endpoint).toBe(page.url);
  });
});

describe('options of server metrics', () => {
  it.each<[ServerMetricsOptions, RegExp]>([
    [{ urls: ['here'] }, /urls: expected auto, or a URL/],
    [{ urls: ['ftp://x/metrics'] }, /urls: expected http/],
    [{ urls: ['http://user:word@x/metrics'] }, /urls: user names and passwords/],
    [{ urls: ['auto'], intervalMs: 0 }, /intervalMs: expected a number of milliseconds from 10, found 0/],
    [{ urls: ['auto'], names: [''] }, /names: a name is empty/],
  ])('%o is refused', (serverMetrics, message) => {
    const start = () => runWorkload(steady(1, 1), { endpoint: 'http://x', model: 'm', serverMetrics });
    expect(start).toThrow(message);
    expect(start).not.toThrow(/word@/);
  });

  it('are none by default: nothing is asked, and nothing is in the record', async () => {
    await using server = await startScriptedServer(saying('a'));
    const run = runWorkload(steady(1, 1), { endpoint: server.url, model: 'm' });
    const records = allOf(run.serverMetrics);
    for await (const _ of run);
    expect(await records).toEqual([]);
    expect((await run.finished).server_metrics).toBeNull();
  });
});

describe('the file of server metrics', () => {
  it('of an earlier run does not stay beside the results of one without', async () => {
    await using server = await startScriptedServer(saying('a'));
    await writeFile(join(folder, 'o.server.jsonl'), '{}\n');
    await recordRun(runWorkload(steady(1, 1), { endpoint: server.url, model: 'm' }), join(folder, 'o.jsonl'));
    expect(existsSync(join(folder, 'o.server.jsonl'))).toBe(false);
  });

  it('that cannot be written ends the run before load', async () => {
    await using server = await startScriptedServer(saying('a'));
    await using page = await startMetricsPage(countingPage);
    await mkdir(join(folder, 'o.server.jsonl', 'full'), { recursive: true });
    const run = runWorkload(steady(100, 50), {
      endpoint: server.url,
      model: 'm',
      serverMetrics: { urls: [page.url] },
    });
    await expect(recordRun(run, join(folder, 'o.jsonl'))).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('o.server.jsonl'),
    });
  });

  it('that the disk refuses during the run ends it, with whole results and a record that says so', async () => {
    await using server = await startScriptedServer(saying('a'));
    const output = join(folder, 'o.jsonl');
    const run = runWorkload(steady(1000, 50), { endpoint: server.url, model: 'm' });
    const refusal = new BenchmarkError('output', 'no space left on device');
    const refused: WorkloadRun = {
      started: run.started,
      finished: run.finished,
      // As if the disk were full when the first record comes.
      serverMetrics: {
        [Symbol.asyncIterator]: () => ({
          async next() {
            while (run.progress().succeeded === 0) await sleep(5);
            throw refusal;
          },
        }),
      },
      progress: () => run.progress(),
      drain: () => run.drain(),
      cancel: (reason) => run.cancel(reason),
      [Symbol.asyncIterator]: () => run[Symbol.asyncIterator](),
    };
    await expect(recordRun(refused, output)).rejects.toMatchObject({
      code: 'output',
      message: 'no space left on device; the last of the server’s metrics are lost',
    });
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(folder, 'o.run.json'), 'utf8')));
    expect(record.ended_early).toBe('output');
    expect(record.warnings).toContain('no space left on device; the last of the server’s metrics are lost');
    expect(record.counts.succeeded).toBeGreaterThan(0);
    expect((await readFile(output, 'utf8')).trimEnd().split('\n')).toHaveLength(record.counts.offered);
  });

  it('on a disk that is full is an error of the output', async () => {
    const record = { time: 1, scrape_seconds: 0, endpoint: '', phase: 'during', series: [], samples: [] } as const;
    const records = async function* (): AsyncGenerator<ServerMetricsRecord> {
      yield { ...record, series: [], samples: [] };
    };
    await expect(recordServerMetrics(records(), '/dev/full')).rejects.toMatchObject({ code: 'output' });
  });
});
