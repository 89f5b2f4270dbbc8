import { BenchmarkError } from '@aibrix/core/errors';
import type { RunOptions, RunSettings } from './options.js';
import { isGenerative, protocolProblems } from './protocol/protocol-settings.js';
import { headerNameProblems } from './request-headers.js';
import { resolveServerMetrics, serverMetricsProblems } from './server-metrics/settings.js';
import { connectionProblems } from './transport/connection-problems.js';
import { givenTls } from './transport/tls.js';

const positive = (value: number): boolean => Number.isFinite(value) && value > 0;
const wholeFrom =
  (minimum: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= minimum;

/** Results of a hundred thousand requests of some 2,000 characters: minutes of a disk that takes nothing. */
const RESULT_QUEUE_BYTES = 256 * 1024 * 1024;

/** What each number may be; null, where the option knows it, is always allowed. */
const RULES: Partial<Record<keyof RunSettings, [(value: number) => boolean, string]>> = {
  outputTokenLimit: [wholeFrom(1), 'a whole number from 1, or null'],
  temperature: [(value) => value >= 0, 'a number from 0'],
  timeScale: [positive, 'a number above 0'],
  timeoutMs: [positive, 'a number of milliseconds above 0'],
  maxRetries: [wholeFrom(0), 'a whole number from 0'],
  durationLimitMs: [positive, 'a number of milliseconds above 0, or null'],
  maxConcurrentSessions: [wholeFrom(1), 'a whole number from 1, or null'],
  concurrency: [wholeFrom(1), 'a whole number from 1, or null'],
  maxConnections: [wholeFrom(1), 'a whole number from 1, or null'],
  idleTimeoutMs: [positive, 'a number of milliseconds above 0'],
  rampMs: [positive, 'a number of milliseconds above 0, or null'],
  rampFrom: [wholeFrom(1), 'a whole number from 1'],
  maxClientLagMs: [positive, 'a number of milliseconds above 0'],
  resultQueueBytes: [wholeFrom(1), 'a whole number of bytes from 1'],
  workers: [wholeFrom(1), 'a whole number from 1'],
  startAtMs: [positive, 'epoch milliseconds, or null'],
};

/** Characters that HTTP lets a header carry. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether HTTP can carry a text in a header. */
export const isHeaderText = (text: string): boolean => HEADER_TEXT.test(text);

/** What only means something under a ceiling. */
const saturationProblems = ({ concurrency, pacing, whenSaturated, rampMs, rampFrom }: RunSettings): string[] => {
  const problems: string[] = [];
  if (whenSaturated === 'drop' && concurrency === null) {
    problems.push('whenSaturated: to drop requests needs a concurrency above which they are dropped');
  }
  if (whenSaturated === 'drop' && pacing === 'asap') {
    problems.push(
      'whenSaturated: with pacing asap nothing is due while there is no room for it, so nothing can be dropped',
    );
  }
  if (rampMs !== null && concurrency === null) problems.push('rampMs: a ramp needs a concurrency to rise to');
  if (rampMs !== null && concurrency !== null && rampFrom > concurrency) {
    problems.push(`rampFrom: ${rampFrom} is above the concurrency of ${concurrency} that the ramp rises to`);
  }
  return problems;
};

/** Values are not shown: they may be secrets. */
const headerProblems = ({ apiKey, headers, routingStrategy }: RunOptions): string[] => {
  const values = { apiKey, routingStrategy, ...headers };
  const nameProblems = headerNameProblems(headers ?? {});
  const valueProblems = Object.entries(values)
    .filter(([, value]) => value !== undefined && !isHeaderText(value))
    .map(([name]) => `${name}: it has characters that no header can carry, such as a line break`);
  return [...nameProblems, ...valueProblems];
};

/** What a run on several threads or in several processes cannot be. */
const divisionProblems = (options: RunOptions, { shard, workers }: RunSettings): string[] => {
  const problems: string[] = [];
  if (shard && !(wholeFrom(1)(shard.count) && wholeFrom(0)(shard.index) && shard.index < shard.count)) {
    problems.push(`shard: expected an index from 0 below the count, found ${shard.index} of ${shard.count}`);
  }
  for (const name of workers > 1 ? (['transport', 'fetch', 'clock'] as const) : []) {
    if (options[name]) problems.push(`${name}: it cannot be handed to worker threads; use one worker`);
  }
  return problems;
};

/**
 * Fills in the defaults of the options that decide what is sent and measured.
 *
 * @throws BenchmarkError `usage` that lists every option out of its range
 */
export const resolveSettings = (options: RunOptions): RunSettings => {
  const api = options.api ?? 'chat';
  const settings: RunSettings = {
    model: options.model,
    api,
    streaming: (options.streaming ?? true) && isGenerative(api),
    outputTokenLimit: isGenerative(api) ? (options.outputTokenLimit ?? null) : null,
    lengthControl: options.lengthControl ?? 'min-tokens',
    temperature: options.temperature ?? 0,
    continuousUsage: options.continuousUsage ?? false,
    sendTokenIds: options.sendTokenIds ?? false,
    extraBody: options.extraBody ?? {},
    timeScale: options.timeScale ?? 1,
    timeoutMs: options.timeoutMs ?? 60_000,
    maxRetries: options.maxRetries ?? 0,
    durationLimitMs: options.durationLimitMs ?? null,
    maxConcurrentSessions: options.maxConcurrentSessions ?? null,
    failedTurn: options.failedTurn ?? 'skip-rest',
    concurrency: options.concurrency ?? null,
    whenSaturated: options.whenSaturated ?? 'wait',
    rampMs: options.rampMs ?? null,
    rampFrom: options.rampFrom ?? 1,
    pacing: options.pacing ?? 'schedule',
    history: options.history ?? 'live',
    cacheSalt: options.cacheSalt ?? null,
    maxClientLagMs: options.maxClientLagMs ?? 10,
    recordText: options.recordText ?? true,
    recordItl: options.recordItl ?? true,
    resultQueueBytes: options.resultQueueBytes ?? RESULT_QUEUE_BYTES,
    preflight: options.preflight ?? 'warn',
    serverMetrics: null,
    resetPrefixCache: options.resetPrefixCache ?? false,
    warmConnections: options.warmConnections ?? 'auto',
    maxConnections: options.maxConnections ?? null,
    keepAlive: options.keepAlive ?? true,
    idleTimeoutMs: options.idleTimeoutMs ?? 4000,
    http2: options.http2 ?? false,
    acceptEncoding: options.acceptEncoding ?? 'identity',
    tls: givenTls(options.tls),
    sessionKeyHeader: options.sessionKeyHeader ?? false,
    routingStrategy: options.routingStrategy ?? null,
    workers: options.workers ?? 1,
    shard: options.shard ?? null,
    startAtMs: options.startAtMs ?? null,
  };
  const problems: string[] = [];
  for (const [name, [isAllowed, expected]] of Object.entries(RULES)) {
    const value = settings[name as keyof RunSettings];
    const isNumber = typeof value === 'number' && isAllowed(value);
    const isNull = value === null && expected.endsWith('null');
    if (!isNumber && !isNull)
      problems.push(
        `${name}: expected ${expected}, found ${typeof value === 'number' ? value : JSON.stringify(value)}`,
      );
  }
  if (settings.pacing === 'asap' && settings.concurrency === null) {
    problems.push('concurrency: pacing asap needs to know how many requests may be on their way at once');
  }
  problems.push(
    ...protocolProblems(settings),
    ...saturationProblems(settings),
    ...connectionProblems(settings),
    ...headerProblems(options),
    ...serverMetricsProblems(options),
    ...divisionProblems(options, settings),
  );
  if (problems.length > 0) throw new BenchmarkError('usage', problems.join('\n'));
  return { ...settings, serverMetrics: resolveServerMetrics(options) };
};
