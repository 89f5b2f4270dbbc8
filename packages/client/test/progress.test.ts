import { progressRecordSchema, type RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import {
  type ExpositionSample,
  parseExposition,
  progressMetrics,
  progressRecord,
  type RunProgress,
  runWorkload,
} from '../src/index.js';
import { steady, type TestRunOptions } from './collect.js';
import { answer, saying, sleep, startScriptedServer } from './scripted-server.js';

/** Runs a workload and looks at it after each result. */
const watch = async (
  workload: ReturnType<typeof steady>,
  options: TestRunOptions,
): Promise<{ seen: RunProgress[]; results: RequestResult[]; last: RunProgress }> => {
  const run = runWorkload(workload, { model: 'm', ...options });
  const seen: RunProgress[] = [];
  const results: RequestResult[] = [];
  for await (const result of run) {
    results.push(result);
    seen.push(run.progress());
  }
  await run.finished;
  return { seen, results, last: run.progress() };
};

describe('progress', () => {
  it('has rates and quantiles of the last seconds, and counts and histograms of the whole run', async () => {
    await using server = await startScriptedServer(saying('a', 'b', 'c'));
    const { last, results } = await watch(steady(50, 20), { endpoint: server.url });
    expect(last).toMatchObject({
      phase: 'ended',
      due: 50,
      sent: 50,
      succeeded: 50,
      inFlight: 0,
      queued: 0,
      outputTokens: 150,
    });
    const { recent, histograms } = last;
    // Fifty requests in a second: the rate is over what has passed.
    for (const rate of [recent.offeredPerSecond, recent.sentPerSecond, recent.completedPerSecond]) {
      expect(rate).toBeGreaterThan(30);
      expect(rate).toBeLessThan(60);
    }
    expect(recent.outputTokensPerSecond).toBeCloseTo(3 * (recent.completedPerSecond ?? 0), 6);
    const ttfts = results.map(({ ttft }) => ttft ?? Number.NaN).toSorted((a, b) => a - b);
    expect(recent.ttftSeconds?.count).toBe(50);
    expect(recent.ttftSeconds?.p50).toBeGreaterThan((ttfts[23] ?? 0) * 0.98);
    expect(recent.ttftSeconds?.p50).toBeLessThan((ttfts[26] ?? 0) * 1.02);
    expect(histograms.latencySeconds.count).toBe(50);
    expect(histograms.latencySeconds.sum).toBeCloseTo(
      results.reduce((sum, { latency }) => sum + (latency ?? 0), 0),
      9,
    );
    expect(histograms.clientLagSeconds.count).toBe(50);
  });

  it('counts failures by class, and leaves their times out', async () => {
    await using server = await startScriptedServer((response, { body }) => {
      const isOdd = /\d*[13579]$/.test(body.messages[0]?.content ?? '');
      if (isOdd) response.writeHead(500).end('no');
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
    });
    const { last } = await watch(steady(10, 10), { endpoint: server.url });
    expect(last).toMatchObject({ sent: 10, succeeded: 5, failed: 5, errors: { http_5xx: 5 } });
    expect(last.recent.latencySeconds?.count).toBe(5);
    expect(last.recent.clientLagSeconds?.count).toBe(10);
  });

  it('shows what waits for a place, what is under way, and the connections it takes', async () => {
    const release = Promise.withResolvers<void>();
    await using server = await startScriptedServer(async (response) => {
      await release.promise;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a']));
    });
    const run = runWorkload(steady(10, 1), { endpoint: server.url, model: 'm', concurrency: 3 });
    while (run.progress().queued < 7 || server.seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(run.progress()).toMatchObject({
      due: 10,
      sent: 3,
      inFlight: 3,
      queued: 7,
      connections: { open: 3, idle: 0 },
      phase: 'draining',
    });
    release.resolve();
    for await (const _ of run);
    expect(run.progress()).toMatchObject({ sent: 10, inFlight: 0, queued: 0 });
  });

  it('is of all workers together', async () => {
    const release = Promise.withResolvers<void>();
    await using server = await startScriptedServer(async (response) => {
      await release.promise;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(['a', 'b']));
    });
    const run = runWorkload(steady(20, 10), { endpoint: server.url, model: 'm', concurrency: 4, workers: 2 });
    while (run.progress().queued < 16 || run.progress().sent < 4) await sleep(5);
    expect(run.progress()).toMatchObject({ due: 20, sent: 4, inFlight: 4, queued: 16, phase: 'draining' });
    const { connections, elapsedSeconds } = run.progress();
    expect(connections?.open).toBeGreaterThanOrEqual(4);
    expect(connections?.idle).toBe((connections?.open ?? 0) - 4);
    // Rates are of the last ten seconds, or of what has passed.
    if (elapsedSeconds < 9) {
      await sleep(Math.max(0, 150 - elapsedSeconds * 1000));
      const { recent, elapsedSeconds: passed } = run.progress();
      expect(recent.offeredPerSecond).toBeCloseTo(20 / passed, 0);
    }
    release.resolve();
    for await (const _ of run);
    const last = run.progress();
    expect(last).toMatchObject({ sent: 20, succeeded: 20, inFlight: 0, queued: 0, outputTokens: 40 });
    expect(last.histograms.ttftSeconds.count).toBe(20);
  });

  it('says how much time is left: to the last request, or to the duration limit', async () => {
    await using server = await startScriptedServer(saying('a'));
    const toEnd = await watch(steady(20, 20), { endpoint: server.url });
    for (const { elapsedSeconds, secondsLeft } of toEnd.seen) {
      expect((secondsLeft ?? 0) + Math.min(0.38, elapsedSeconds)).toBeCloseTo(0.38, 6);
    }
    const limited = await watch(steady(20, 20), { endpoint: server.url, durationLimitMs: 200 });
    for (const { elapsedSeconds, secondsLeft } of limited.seen) {
      expect(secondsLeft).toBeCloseTo(Math.max(0, 0.2 - elapsedSeconds), 6);
    }
  });

  it('guesses it from the rate where there is no schedule', async () => {
    await using server = await startScriptedServer(async (response, request) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      saying('a')(response, request);
    });
    const { seen } = await watch(steady(60, 0), { endpoint: server.url, pacing: 'asap', concurrency: 2 });
    const half = seen[30];
    expect(half?.plannedSeconds).toBeNull();
    expect(half?.secondsLeft).toBeGreaterThan((half?.elapsedSeconds ?? 0) * 0.5);
    expect(half?.secondsLeft).toBeLessThan((half?.elapsedSeconds ?? 0) * 2);
  });

  it('becomes a record for other programs', async () => {
    await using server = await startScriptedServer(saying('a'));
    const { last, seen } = await watch(steady(5, 10), { endpoint: server.url });
    const record = progressRecord(last, 1_700_000_000_123.5);
    expect(progressRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record).toMatchObject({ phase: 'ended', time: 1700000000.1235, succeeded: 5, window_seconds: 10 });
    expect(record.ttft?.count).toBe(5);
    expect(progressRecord(seen[0] as RunProgress, 0).planned_seconds).toBe(0.04);
  });
});

describe('progressMetrics', () => {
  const figureOf = (samples: readonly ExpositionSample[], name: string, labels: object = {}): number | undefined =>
    samples.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;

  it('is a page that a reader of Prometheus’ format reads back', async () => {
    await using server = await startScriptedServer(saying('a', 'b'));
    const { last } = await watch(steady(20, 10), { endpoint: server.url });
    const page = progressMetrics(last);
    const samples = parseExposition(page);
    expect(samples).toHaveLength(page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length);
    expect(samples.filter(({ type }) => type === 'unknown')).toEqual([]);
    expect(figureOf(samples, 'aibrix_client_requests_total', { status: 'success', error_type: '' })).toBe(20);
    expect(figureOf(samples, 'aibrix_client_requests_due_total')).toBe(20);
    expect(figureOf(samples, 'aibrix_client_phase', { phase: 'ended' })).toBe(1);
    expect(figureOf(samples, 'aibrix_client_phase', { phase: 'running' })).toBe(0);
    expect(figureOf(samples, 'aibrix_client_output_tokens_total')).toBe(40);
    expect(figureOf(samples, 'aibrix_client_schedule_planned_seconds')).toBe(0.19);
    for (const name of ['ttft', 'tpot', 'latency', 'lag']) {
      const buckets = samples.filter((one) => one.name === `aibrix_client_${name}_seconds_bucket`);
      const counts = buckets.map(({ value }) => value);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts.at(-1)).toBe(figureOf(samples, `aibrix_client_${name}_seconds_count`));
      expect(buckets.at(-1)?.labels).toEqual({ le: '+Inf' });
      const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      expect(figureOf(samples, `aibrix_client_${name}_seconds_sum`)).toBeGreaterThanOrEqual(0);
    }
  });

  it('leaves out what is not known, and tells failures by class', async () => {
    await using server = await startScriptedServer((response) => void response.writeHead(429).end());
    const { last } = await watch(steady(4, 1), { endpoint: server.url });
    const samples = parseExposition(
      progressMetrics({ ...last, offered: null, plannedSeconds: null, connections: null }),
    );
    expect(figureOf(samples, 'aibrix_client_requests_total', { status: 'error', error_type: 'http_4xx' })).toBe(4);
    const names = new Set(samples.map(({ name }) => name));
    expect(names.has('aibrix_client_requests_planned')).toBe(false);
    expect(names.has('aibrix_client_schedule_planned_seconds')).toBe(false);
    expect(names.has('aibrix_client_connections_open')).toBe(false);
  });
});
