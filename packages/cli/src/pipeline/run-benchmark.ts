import {
  checkTargetsMeasurable,
  type GoodputTarget,
  parseGoodputTargets,
  type Report,
  type WrittenReport,
} from '@aibrix/analysis';
import { checkServer } from '@aibrix/client';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import type { Manifest, RunRecord } from '@aibrix/schema';
import { type BenchmarkConfig, type PartialConfig, STAGES, type Stage } from '../config/benchmark-config.js';
import { type ConfigTree, mapTexts } from '../config/config-tree.js';
import { datasetKind } from '../config/dataset-kind.js';
import { isStreamed, promptSettings, resultsFile, runOptions, runView } from '../config/library-options.js';
import { resolveConfig } from '../config/load-config.js';
import { shownPages } from '../config/shown-pages.js';
import { usesDataset } from '../config/stage-problems.js';
import { substituteEnvironment } from '../config/substitute.js';
import { type Reporter, silentReporter } from '../output/reporter.js';
import { configuredRecipe, workloadExtras } from './configured-workload.js';
import type { Context } from './context.js';
import { makeDataset } from './make-dataset.js';
import { makeReport, removeReport } from './make-report.js';
import { makeWorkload } from './make-workload.js';
import { Prompts } from './prompts.js';
import { runClient } from './run-client.js';
import { chartFormats } from './workload-chart.js';

export interface RunBenchmarkOptions {
  /** Default `all`: the four stages one after another. */
  stage?: Stage | 'all' | undefined;
  /** For references such as `${API_KEY}` and for tokenizer downloads. Default `process.env`. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: says nothing. */
  reporter?: Reporter | undefined;
  /** Default: the machine's, which is the only one that a config with several `workers` can have. */
  clock?: Clock | undefined;
  /** Generators end at once; a run sends nothing new, lets what is under way end, and is analysed. */
  drainSignal?: AbortSignal | undefined;
  /** Everything ends at once; what was sent is recorded as cancelled. */
  signal?: AbortSignal | undefined;
}

/** What a pipeline made; absent for stages that did not run. */
export interface BenchmarkOutcome {
  /** The config in force, without its secrets. */
  config: Omit<BenchmarkConfig, 'api_key' | 'headers'>;
  dataset?: Manifest | undefined;
  workload?: Manifest | undefined;
  run?: RunRecord | undefined;
  report?: Report | undefined;
  reportFiles?: WrittenReport[] | undefined;
}

const goodputTargets = (config: BenchmarkConfig, isStreaming: boolean): GoodputTarget[] => {
  if (config.goodput_target === null) return [];
  const targets = parseGoodputTargets(config.goodput_target);
  try {
    checkTargetsMeasurable(targets, { isStreaming });
    return targets;
  } catch {
    // Only the default gets here: a target that was asked for is refused before the run.
    return [];
  }
};

/** Runs the stages of a checked config. */
export const runStages = async (
  config: BenchmarkConfig,
  stages: readonly Stage[],
  context: Context,
): Promise<BenchmarkOutcome> => {
  const { api_key: _, headers: __, ...publicConfig } = config;
  const outcome: BenchmarkOutcome = {
    config: { ...publicConfig, server_metrics: shownPages(config.server_metrics) },
  };
  const { reporter } = context;
  const prompts = new Prompts(promptSettings(config), context);
  const workload = stages.includes('workload') ? await configuredRecipe(config) : undefined;
  const dataset = stages.includes('dataset') && usesDataset(config, stages) ? datasetKind(config) : undefined;
  // A server that is not there is better known before minutes of preparation than after.
  if (stages.includes('client')) await checkServer(runOptions(config), context.drainSignal);

  if (dataset) outcome.dataset = await makeDataset(dataset, config.dataset_file, prompts, context);
  else if (stages.includes('dataset')) reporter.line('dataset   not needed: the workload makes its own prompts');
  if (workload) {
    const { charts, ...extras } = workloadExtras(config);
    outcome.workload = await makeWorkload(
      workload,
      {
        datasetFile: config.dataset_file,
        outputFile: config.workload_file,
        charts: chartFormats(charts),
        ...extras,
      },
      prompts,
      context,
    );
  }
  if (stages.includes('client')) {
    const results = resultsFile(config);
    outcome.run = await runClient(config.workload_file, results, runOptions(config), context, runView(config));
    // A report of an earlier run must not stand beside the new results, should this one not come to its report.
    if (stages.includes('analysis')) await removeReport(config.trace_output);
  }
  if (stages.includes('analysis')) {
    const made = await makeReport(
      {
        resultFiles: [resultsFile(config)],
        outputDir: config.trace_output,
        goodputTargets: goodputTargets(config, isStreamed(config)),
      },
      context,
    );
    outcome.report = made.report;
    outcome.reportFiles = made.files;
  }
  return outcome;
};

/** The stages that a `--stage` word stands for. */
export const stagesOf = (stage: Stage | 'all'): readonly Stage[] => (stage === 'all' ? STAGES : [stage]);

const anySignal = (...signals: (AbortSignal | undefined)[]): AbortSignal | undefined => {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 0 ? AbortSignal.any(given) : undefined;
};

/**
 * The pipeline as one call: dataset, workload, client and analysis, each reading what the one before has written.
 *
 * @param config keys as in a config file; the rest has the defaults of the Python tool
 * @throws BenchmarkError `config` with every problem of the config, before anything is done; `not-built`; what the
 *   stages throw; `usage` for a clock with several workers. A request that fails does not throw: it is part of the report.
 */
export const runBenchmark = async (
  config: PartialConfig,
  options: RunBenchmarkOptions = {},
): Promise<BenchmarkOutcome> => {
  const stages = stagesOf(options.stage ?? 'all');
  const environment = options.environment ?? process.env;
  const tree = mapTexts(config as ConfigTree, (text) => substituteEnvironment(text, environment));
  const source = { tree, placeOf: () => undefined };
  const resolved = resolveConfig(source, {}, stages, environment);
  if (options.clock && stages.includes('client') && resolved.workers > 1) {
    throw new BenchmarkError('usage', 'clock: it cannot be handed to worker threads; use one worker');
  }
  return runStages(resolved, stages, {
    environment,
    reporter: options.reporter ?? silentReporter,
    clock: options.clock ?? createRealClock(),
    // What is told to end must also stop what can only drain.
    drainSignal: anySignal(options.drainSignal, options.signal),
    signal: options.signal,
  });
};
