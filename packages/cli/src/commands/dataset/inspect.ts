import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import type { DatasetInspection, TokenLengths } from '@aibrix/dataset';
import type { Tokenizer } from '@aibrix/synthesis';
import type { Command } from 'commander';
import { counted } from '../../output/format.js';
import type { Context } from '../../pipeline/context.js';
import { addCommonFlags, type CommonFlags } from '../common-flags.js';
import { whole } from '../flag-values.js';
import { printJson, withContext } from '../with-context.js';

interface InspectFlags extends CommonFlags {
  tokenizer?: string | undefined;
  count: boolean;
  blockTokens: number;
  chart?: string | undefined;
}

/** What counts, and why: `--tokenizer`, what the manifest names, or the default. */
interface ChosenTokenizer {
  tokenizer: Tokenizer | undefined;
  choice: 'flag' | 'manifest' | 'default' | 'none';
  reason: string | null;
}

const STATUS_EVERY_RECORDS = 200;

const chooseTokenizer = async (file: string, flags: InspectFlags, context: Context): Promise<ChosenTokenizer> => {
  if (!flags.count) return { tokenizer: undefined, choice: 'none', reason: null };
  const { environment, drainSignal, reporter } = context;
  reporter.status('inspect   loading the tokenizer');
  if (flags.tokenizer !== undefined) {
    const { Prompts } = await import('../../pipeline/prompts.js');
    const settings = { tokenizer: flags.tokenizer, seed: 0, content: 'prose', countMode: 'prompt' } as const;
    return { tokenizer: await new Prompts(settings, context).tokenizer(), choice: 'flag', reason: 'as asked for' };
  }
  const { chooseInspectionTokenizer } = await import('@aibrix/dataset');
  return chooseInspectionTokenizer(file, { env: environment, signal: drainSignal });
};

const writeChart = async (path: string, inspection: DatasetInspection): Promise<void> => {
  const { writeFileAtomically } = await import('@aibrix/core/files');
  const { renderHistogramSvg } = await import('@aibrix/analysis');
  const histogram = (title: string, of: string, { bins, p50, p99 }: TokenLengths) => ({
    title,
    quantity: 'Tokens',
    of,
    bins,
    marks:
      p50 === null || p99 === null
        ? []
        : [
            { name: 'p50', value: p50 },
            { name: 'p99', value: p99 },
          ],
  });
  const svg = await renderHistogramSvg(`Lengths in ${inspection.file}`, [
    histogram('Prompt tokens', 'prompts', inspection.prompt_tokens),
    histogram('Output tokens', 'answers', inspection.output_tokens),
  ]);
  if (svg === null) {
    throw new BenchmarkError('input', 'there is no length to draw', {
      location: { file: inspection.file },
      hint: 'The file is empty, or states no lengths: let them be counted, without --no-count.',
    });
  }
  await writeFileAtomically(path, svg);
};

const checkFlags = async (file: string, flags: InspectFlags): Promise<void> => {
  if (!flags.count && flags.tokenizer !== undefined) {
    throw new BenchmarkError('usage', '--tokenizer and --no-count contradict each other');
  }
  if (flags.chart === undefined) return;
  if (flags.chart === STDIO) {
    throw new BenchmarkError('usage', '--chart needs the name of a file: stdout is taken by the figures');
  }
  const { refuseSameFile } = await import('../../pipeline/refuse-same-file.js');
  const { ensureWritable } = await import('@aibrix/core/files');
  await refuseSameFile(file, flags.chart);
  const { manifestPath } = await import('@aibrix/schema');
  await refuseSameFile(manifestPath(file), flags.chart);
  // Counting a large file takes minutes: better to know before.
  await ensureWritable(flags.chart);
};

const inspect = async (file: string, flags: InspectFlags): Promise<void> => {
  const { inspectDataset } = await import('@aibrix/dataset');
  const { describeInspection } = await import('../../output/inspection.js');
  await checkFlags(file, flags);
  await withContext(flags, async (context) => {
    const { reporter, drainSignal } = context;
    const { tokenizer, choice, reason } = await chooseTokenizer(file, flags, context);
    const inspection = await inspectDataset(file, {
      tokenizer,
      blockTokens: flags.blockTokens,
      signal: drainSignal,
      onRecord: (records) => {
        if (records % STATUS_EVERY_RECORDS === 0) reporter.status(`inspect   ${counted(records, 'record')} read`);
      },
    });
    reporter.clearStatus();
    if (flags.chart !== undefined) {
      await writeChart(flags.chart, inspection);
      reporter.line(`inspect   chart → ${flags.chart}`);
    }
    if (flags.json) printJson({ ...inspection, tokenizer_choice: choice, tokenizer_reason: reason });
    else process.stdout.write(`${describeInspection(inspection, reason)}\n`);
    return 0;
  });
};

/** Adds `dataset inspect`: what is in a dataset file. */
export const addInspect = (parent: Command): void => {
  const command = parent
    .command('inspect')
    .description('tell what is in a dataset file: lengths, shared prefixes, duplicates, its manifest')
    .argument('<file>', 'dataset file (.jsonl, .json, .gz, .zst), or - for stdin')
    .option('--tokenizer <name>', 'what counts (default: the one the manifest names if it is there, else o200k_base)')
    .option('--no-count', 'do not count tokens: lengths as the records state them')
    .option('--block-tokens <n>', 'tokens of a block of the ideal prefix cache', whole, 16)
    .option('--chart <file>', 'draw histograms of the lengths as an SVG file')
    .addHelpText('after', '\nExample:\n  $ aibrix dataset inspect prompts.jsonl --chart lengths.svg')
    .action(inspect);
  addCommonFlags(command);
};
