import { BenchmarkError } from '@aibrix/core/errors';
import type { RunOptions, RunSettings } from './options.js';
import { resolveServerMetrics, serverMetricsProblems } from './server-metrics/settings.js';

const positive = (value: number): boolean => Number.isFinite(value) && value > 0;
const wholeFrom =
  (minimum: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= minimum;

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
  maxClientLagMs: [positive, 'a number of milliseconds above 0'],
};

/** Characters that HTTP lets a header carry. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether HTTP can carry a text in a header. */
export const isHeaderText = (text: string): boolean => HEADER_TEXT.test(text);

/** Values are not shown: they may be secrets. */
const headerProblems = ({ apiKey, headers, routingStrategy }: RunOptions): string[] => {
  const values = { apiKey, routingStrategy, ...headers };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && !isHeaderText(value))
    .map(([name]) => `${name}: it has characters that no header can carry, such as a line break`);
};

/**
 * Fills in the defaults of the options that decide what is sent and measured.
 *
 * @throws BenchmarkError `usage` that lists every option out of its range
 */
export const resolveSettings = (options: RunOptions): RunSettings => {
  const settings: RunSettings = {
    model: options.model,
    streaming: options.streaming ?? true,
    outputTokenLimit: options.outputTokenLimit ?? null,
    lengthControl: options.lengthControl ?? 'min-tokens',
    temperature: options.temperature ?? 0,
    timeScale: options.timeScale ?? 1,
    timeoutMs: options.timeoutMs ?? 60_000,
    maxRetries: options.maxRetries ?? 0,
    durationLimitMs: options.durationLimitMs ?? null,
    maxConcurrentSessions: options.maxConcurrentSessions ?? null,
    failedTurn: options.failedTurn ?? 'skip-rest',
    concurrency: options.concurrency ?? null,
    pacing: options.pacing ?? 'schedule',
    history: options.history ?? 'live',
    cacheSalt: options.cacheSalt ?? null,
    maxClientLagMs: options.maxClientLagMs ?? 10,
    recordText: options.recordText ?? true,
    recordItl: options.recordItl ?? true,
    preflight: options.preflight ?? 'warn',
    serverMetrics: null,
    sessionKeyHeader: options.sessionKeyHeader ?? false,
    routingStrategy: options.routingStrategy ?? null,
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
  problems.push(...headerProblems(options), ...serverMetricsProblems(options));
  if (problems.length > 0) throw new BenchmarkError('usage', problems.join('\n'));
  return { ...settings, serverMetrics: resolveServerMetrics(options) };
};
