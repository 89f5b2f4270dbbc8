import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { words } from './flag-values.js';
import { printJson, withContext } from './with-context.js';

interface AnalysisFlags extends CommonFlags {
  trace: string[];
  output: string;
  format?: string[] | undefined;
  goodputTarget?: string | undefined;
}

const run = async (flags: AnalysisFlags): Promise<void> => {
  const { parseGoodputTargets } = await import('@aibrix/analysis');
  const { makeReport } = await import('../pipeline/make-report.js');
  const { exitCodeOfRun } = await import('../exit-code.js');
  const { summarise } = await import('../output/summary.js');
  const goodputTargets = flags.goodputTarget === undefined ? undefined : parseGoodputTargets(flags.goodputTarget);
  await withContext(flags, async (context) => {
    const { report } = await makeReport(
      { resultFiles: flags.trace, outputDir: flags.output, formats: flags.format, goodputTargets },
      context,
    );
    if (flags.json) printJson(report);
    else process.stdout.write(`${summarise(report)}\n`);
    return exitCodeOfRun({ verdict: report.verdict, endedEarly: null, succeeded: report.counts.succeeded });
  });
};

export const addAnalysisCommand = (program: Command): void => {
  const command = program
    .command('analysis')
    .description('turn results into a report')
    .requiredOption('--trace <file...>', 'results files of one run')
    .requiredOption('--output <folder>', 'where the report is written')
    .option('--format <list>', 'json, html, md (default: all)', words)
    .option('--goodput-target <spec>', 'such as ttft:0.5,tpot:0.05 (seconds)')
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix analysis --trace results/output.jsonl --output report --goodput-target ttft:0.5,tpot:0.05',
    )
    .action(run);
  addCommonFlags(command);
};
