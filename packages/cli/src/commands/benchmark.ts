import { BenchmarkError } from '@aibrix/core/errors';
import { type Command, Option } from 'commander';
import type { Stage } from '../config/benchmark-config.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { repeated } from './flag-values.js';
import { printJson, withContext } from './with-context.js';

interface BenchmarkFlags extends CommonFlags {
  stage: Stage | 'all';
  config?: string | undefined;
  override?: string[] | undefined;
}

const HELP = `
Examples:
  $ aibrix benchmark --stage all --config config/quickstart.yaml
  $ aibrix benchmark --stage client --config config.yaml --override endpoint=http://localhost:8000 --override time_scale=0.5
  $ aibrix benchmark --override help`;

const run = async (flags: BenchmarkFlags): Promise<void> => {
  const { readConfigFile, resolveConfig } = await import('../config/load-config.js');
  const { parseOverrides } = await import('../config/overrides.js');
  if (flags.override?.includes('help')) {
    const { listKeys } = await import('../config/list-keys.js');
    const source = flags.config === undefined ? undefined : await readConfigFile(flags.config, process.env);
    process.stdout.write(listKeys(source?.tree ?? {}));
    return;
  }
  if (flags.config === undefined) {
    throw new BenchmarkError('usage', '--config is needed', {
      hint: 'Start from config/config.yaml; `--override help` lists every key.',
    });
  }
  const { runStages, stagesOf } = await import('../pipeline/run-benchmark.js');
  const { endBenchmark } = await import('../output/end-benchmark.js');
  const overrides = parseOverrides(flags.override ?? []);
  const source = await readConfigFile(flags.config, process.env);
  if (flags.seed !== undefined) overrides.seed = flags.seed;
  const stages = stagesOf(flags.stage);
  const config = resolveConfig(source, overrides, stages, process.env);
  await withContext(flags, async (context) => {
    const outcome = await runStages(config, stages, context);
    if (flags.json) printJson(outcome);
    return endBenchmark(outcome, { printsSummary: !flags.json });
  });
};

export const addBenchmarkCommand = (program: Command): void => {
  const command = program
    .command('benchmark')
    .description('run the pipeline, or one of its stages, from a config file')
    .addOption(
      new Option('--stage <stage>', 'what to run')
        .choices(['all', 'dataset', 'workload', 'client', 'analysis'])
        .default('all'),
    )
    .option('--config <file>', 'config file (YAML), such as one of the Python tool')
    .option(
      '--override <key=value>',
      'a key in place of the file’s, value as YAML; repeatable; "help" lists all',
      repeated,
    )
    .addHelpText('after', HELP)
    .action(run);
  addCommonFlags(command);
};
