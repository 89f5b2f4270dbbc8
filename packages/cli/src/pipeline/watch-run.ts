import { progressRecord, type WorkloadRun } from '@aibrix/client';
import type { RunRecord } from '@aibrix/schema';
import { type MetricsServerOptions, serveMetrics } from '../output/metrics-server.js';
import { runPanel } from '../output/run-panel.js';
import { runStatus } from '../output/run-status.js';
import type { Context } from './context.js';

/** How a run is shown while it goes on. */
export interface RunView {
  /** Seconds between lines of JSON, which then take the place of the live view; null: none. */
  jsonProgressSeconds: number | null;
  /** Where its own metrics are served; null: nowhere. */
  metrics: MetricsServerOptions | null;
}

/** The live view, and nothing else. */
export const DEFAULT_VIEW: RunView = { jsonProgressSeconds: null, metrics: null };

const STATUS_INTERVAL_MS = 500;

/** A run that is being watched. */
export interface Watch {
  /** Ends the view. */
  end(): Promise<void>;
  /** The last line for programs, after everything else that is told. */
  tellEnd(outcome: { record: RunRecord } | { error: unknown }): void;
}

/** Shows a run in the ways that were asked for. */
export const watchRun = async (run: WorkloadRun, view: RunView, { reporter, clock }: Context): Promise<Watch> => {
  const { jsonProgressSeconds: seconds, metrics } = view;
  const server = metrics && (await serveMetrics(run, metrics));
  if (server) reporter.line(`metrics   ${server.url}`);
  const show = (): void => {
    const progress = run.progress();
    if (seconds !== null) {
      // That it has ended is told once, with what came of it, when its files are written.
      if (progress.phase !== 'ended') reporter.json(progressRecord(progress, clock.now()));
      return;
    }
    const panel = progress.phase === 'preparing' ? undefined : runPanel.bind(null, progress);
    reporter.status(runStatus(progress), panel);
  };
  const intervalMs = seconds === null ? STATUS_INTERVAL_MS : seconds * 1000;
  let cancel = (): void => {};
  const showFrom = (timeMs: number): void => {
    show();
    // From the planned time, so that lines do not drift.
    const nextMs = Math.max(timeMs + intervalMs, clock.now());
    cancel = clock.at(nextMs, () => showFrom(nextMs));
  };
  if (seconds !== null || reporter.showsStatus) showFrom(clock.now());
  return {
    async end() {
      cancel();
      reporter.clearStatus();
      await server?.close();
    },
    tellEnd(outcome) {
      if (seconds === null) return;
      const { phase: _, ...figures } = progressRecord(run.progress(), clock.now());
      const end =
        'record' in outcome
          ? { verdict: outcome.record.verdict, verdict_reason: outcome.record.verdict_reason }
          : { error: outcome.error instanceof Error ? outcome.error.message : String(outcome.error) };
      reporter.json({ phase: 'ended', ...figures, ...end });
    },
  };
};
