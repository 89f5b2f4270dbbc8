import type { BucketFigures } from './bucket-counts.js';
import type { RunProgress } from './progress.js';

/** What a page of `progressMetrics` is served as. */
export const PROGRESS_METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

const heading = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

/** What is not known is left out, and is not 0. */
const family = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly (readonly [Labels, number | null | undefined])[],
): string[] => {
  const lines = samples.flatMap(([labels, value]) => (value == null ? [] : [`${name}${labelText(labels)} ${value}`]));
  return lines.length > 0 ? [...heading(name, type, help), ...lines] : [];
};

const single = (name: string, type: 'counter' | 'gauge', help: string, value: number | null | undefined): string[] =>
  family(name, type, help, [[{}, value]]);

const histogram = (name: string, help: string, { bounds, cumulative, count, sum }: BucketFigures): string[] => [
  ...heading(name, 'histogram', help),
  ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${cumulative[index]}`),
  `${name}_bucket{le="+Inf"} ${count}`,
  `${name}_sum ${sum}`,
  `${name}_count ${count}`,
];

const PHASES = ['preparing', 'running', 'draining', 'ended'] as const;

/**
 * How a run stands, as a page in Prometheus' text format 0.0.4: counters and histograms of the whole run, which Prometheus
 * makes rates and quantiles of. Names begin with `aibrix_client_`; durations are in seconds.
 */
export const progressMetrics = (progress: RunProgress): string => {
  const { errors, histograms, connections } = progress;
  const ended = [
    [{ status: 'success', error_type: '' }, progress.succeeded],
    ...Object.entries(errors).map(([type, count]) => [{ status: 'error', error_type: type }, count] as const),
  ] as const;
  return [
    ...family(
      'aibrix_client_phase',
      'gauge',
      '1 for the phase that the run is in.',
      PHASES.map((phase) => [{ phase }, phase === progress.phase ? 1 : 0]),
    ),
    ...family('aibrix_client_requests_total', 'counter', 'Requests that have ended, by what came of them.', ended),
    ...single('aibrix_client_requests_due_total', 'counter', 'Requests whose planned time has come.', progress.due),
    ...single('aibrix_client_requests_sent_total', 'counter', 'Requests whose bytes have gone out.', progress.sent),
    ...single('aibrix_client_requests_planned', 'gauge', 'Requests of the workload.', progress.offered),
    ...single('aibrix_client_requests_in_flight', 'gauge', 'Requests on their way.', progress.inFlight),
    ...single(
      'aibrix_client_requests_queued',
      'gauge',
      'Requests and sessions that wait for a place.',
      progress.queued,
    ),
    ...single('aibrix_client_output_tokens_total', 'counter', 'Tokens of answers that ended.', progress.outputTokens),
    ...single('aibrix_client_connections_open', 'gauge', 'Connections to the server.', connections?.open),
    ...single('aibrix_client_connections_idle', 'gauge', 'Those that carry no request.', connections?.idle),
    ...single(
      'aibrix_client_schedule_elapsed_seconds',
      'gauge',
      'Seconds since the schedule began.',
      progress.elapsedSeconds,
    ),
    ...single(
      'aibrix_client_schedule_planned_seconds',
      'gauge',
      'Seconds from its start to its last request.',
      progress.plannedSeconds,
    ),
    ...histogram('aibrix_client_ttft_seconds', 'From sending a request to its first token.', histograms.ttftSeconds),
    ...histogram('aibrix_client_tpot_seconds', 'Time per output token after the first.', histograms.tpotSeconds),
    ...histogram('aibrix_client_latency_seconds', 'From sending a request to its end.', histograms.latencySeconds),
    ...histogram('aibrix_client_lag_seconds', 'What the client itself was late by.', histograms.clientLagSeconds),
    '',
  ].join('\n');
};
