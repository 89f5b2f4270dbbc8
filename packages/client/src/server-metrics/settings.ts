import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions } from '../options.js';
import { DEFAULT_METRIC_NAMES } from './default-names.js';

/** Which metrics of the server are recorded during a run. */
export interface ServerMetricsOptions {
  /** Pages in Prometheus' text format or OpenMetrics; `auto` is `<endpoint>/metrics`. */
  urls: readonly string[];
  /** From one scrape of a page to the next, in milliseconds. Default 1000. */
  intervalMs?: number | undefined;
  /** Names of metrics to keep beside the default ones; `*` is any run of characters, so `*` alone keeps all. */
  names?: readonly string[] | undefined;
  /** Send the API key to pages of the endpoint's own origin, as a bearer token. Default false. */
  sendsApiKey?: boolean | undefined;
}

/** The same with its defaults filled in, as the run record has it. */
export interface ServerMetricsSettings {
  /** Without their queries, which may hold a secret. */
  urls: readonly string[];
  intervalMs: number;
  names: readonly string[];
  sendsApiKey: boolean;
}

const AUTO = 'auto';

/** The URL of a page as it may be shown. */
export const shownUrl = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
};

const urlProblem = (url: string): string | null => {
  if (url === AUTO) return null;
  // A URL that is none is not shown: it may hold a password all the same.
  if (!URL.canParse(url)) return 'serverMetrics.urls: expected auto, or a URL such as http://localhost:8000/metrics';
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `serverMetrics.urls: expected http:// or https://, found ${protocol}`;
  }
  return username || password ? 'serverMetrics.urls: user names and passwords in the URL are not supported' : null;
};

/** What is wrong with the options, in words; empty when nothing is. */
export const serverMetricsProblems = ({ serverMetrics: options }: Pick<RunOptions, 'serverMetrics'>): string[] => {
  if (!options) return [];
  const { urls, intervalMs = 1000, names = [] } = options;
  const problems = urls.map(urlProblem).filter((problem) => problem !== null);
  if (!(intervalMs >= 10 && Number.isFinite(intervalMs))) {
    problems.push(`serverMetrics.intervalMs: expected a number of milliseconds from 10, found ${intervalMs}`);
  }
  if (names.some((name) => name.trim() === '')) problems.push('serverMetrics.names: a name is empty');
  return problems;
};

/** The pages to ask, each once. */
export const metricsUrls = ({ endpoint, serverMetrics }: Pick<RunOptions, 'endpoint' | 'serverMetrics'>): string[] => {
  const urls = serverMetrics?.urls ?? [];
  return [...new Set(urls.map((url) => (url === AUTO ? `${normaliseEndpoint(endpoint)}/metrics` : url)))];
};

/** The settings in force; null where nothing is asked. Its options are known to be good. */
export const resolveServerMetrics = (
  options: Pick<RunOptions, 'endpoint' | 'serverMetrics'>,
): ServerMetricsSettings | null => {
  const urls = metricsUrls(options);
  if (urls.length === 0) return null;
  const { intervalMs, names, sendsApiKey } = options.serverMetrics ?? {};
  return {
    urls: urls.map(shownUrl),
    intervalMs: intervalMs ?? 1000,
    names: [...DEFAULT_METRIC_NAMES, ...(names ?? [])],
    sendsApiKey: sendsApiKey ?? false,
  };
};
