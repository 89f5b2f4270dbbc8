import type { Command } from 'commander';
import type { RunView } from '../pipeline/watch-run.js';
import { port, positive } from './flag-values.js';

/** Flags that say how a run is shown while it goes on. */
export interface ViewFlags {
  /** True without a number. */
  jsonProgress?: number | true | undefined;
  metricsPort?: number | undefined;
  metricsHost: string;
}

/** Adds them. */
export const addViewFlags = (command: Command): Command =>
  command
    .option(
      '--json-progress [s]',
      'a line of JSON on stderr every second, or so many seconds, and no other notes',
      positive,
    )
    .option('--metrics-port <port>', 'serve how the run stands for Prometheus, as /metrics; 0 is any free port', port)
    .option('--metrics-host <address>', 'address to serve it on', '127.0.0.1');

export const viewOf = ({ jsonProgress, metricsPort, metricsHost }: ViewFlags): RunView => ({
  jsonProgressSeconds: jsonProgress === true ? 1 : (jsonProgress ?? null),
  metrics: metricsPort === undefined ? null : { port: metricsPort, host: metricsHost },
});
