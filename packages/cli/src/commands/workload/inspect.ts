import { extname } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import type { Synthesis } from '@aibrix/schema';
import type { PromptEncoder, WorkloadInspection } from '@aibrix/workload';
import type { Command } from 'commander';
import { counted } from '../../output/format.js';
import { printable } from '../../output/printable.js';
import type { Context } from '../../pipeline/context.js';
import { addCommonFlags, type CommonFlags } from '../common-flags.js';
import { repeated } from '../flag-values.js';
import { printJson, withContext } from '../with-context.js';

interface InspectFlags extends CommonFlags {
  verify?: boolean | undefined;
  tokenizer?: string | undefined;
  chatTemplate?: string | undefined;
  chart?: string[] | undefined;
}

const STATUS_EVERY_REQUESTS = 1000;

/** Charts by the endings of their names. */
const chartFiles = async (file: string, flags: InspectFlags): Promise<Map<string, string>> => {
  const { checkChartFormats } = await import('@aibrix/analysis');
  const { refuseSameFile } = await import('../../pipeline/refuse-same-file.js');
  const { ensureWritable } = await import('@aibrix/core/files');
  const { manifestPath } = await import('@aibrix/schema');
  const files = new Map<string, string>();
  for (const path of flags.chart ?? []) {
    if (path === STDIO) throw new BenchmarkError('usage', '--chart needs the name of a file: stdout is taken');
    const [format = ''] = checkChartFormats([extname(path).slice(1)]);
    await refuseSameFile(file, path);
    await refuseSameFile(manifestPath(file), path);
    await ensureWritable(path);
    files.set(path, format);
  }
  return files;
};

/** What tokenises prompts, and whether the manifest names just that. */
interface Encoding {
  encoder: PromptEncoder | undefined;
  isNamed: boolean;
}

const NOTHING: Encoding = { encoder: undefined, isNamed: true };

/** As the manifest or a flag says; nothing where none asks for it. */
const encodingOf = async (file: string, flags: InspectFlags, context: Context): Promise<Encoding> => {
  if (!flags.verify && flags.tokenizer === undefined) return NOTHING;
  const { readManifestBeside } = await import('@aibrix/workload');
  const { Prompts } = await import('../../pipeline/prompts.js');
  const manifest = (await readManifestBeside(file))?.value;
  const name = flags.tokenizer ?? manifest?.tokenizer?.name;
  // A workload without text has no tokens to count.
  if (name === undefined) return NOTHING;
  const countMode: Synthesis['count_mode'] = manifest?.synthesis?.count_mode ?? 'prompt';
  const { chatTemplate } = flags;
  context.reporter.status('inspect   loading the tokenizer');
  const prompts = new Prompts({ tokenizer: name, seed: 0, content: 'prose', countMode, chatTemplate }, context);
  const tokenizer = await prompts.tokenizer();
  const stated = manifest?.tokenizer;
  const isNamed = !stated || stated.sha256 === tokenizer.sha256;
  if (!isNamed) {
    context.reporter.warn(`the tokenizer ${name} is not the one that the manifest names: its SHA-256 differs`);
  }
  if (countMode === 'prompt') return { encoder: tokenizer, isNamed };
  const frame = await prompts.chatFrame();
  const encoder: PromptEncoder = {
    encode: (text) => tokenizer.encode(text),
    encodeWhole: (prompt) => frame.encode([{ role: 'user', content: prompt }]),
  };
  return { encoder, isNamed };
};

const writeCharts = async (files: Map<string, string>, inspection: WorkloadInspection): Promise<void> => {
  const { writeWorkloadCharts } = await import('@aibrix/analysis');
  const { chartData } = await import('../../pipeline/workload-chart.js');
  const data = chartData(inspection.file, inspection.series, { statistics: { ...inspection.statistics }, notes: [] });
  for (const [path, format] of files) await writeWorkloadCharts(path.slice(0, -format.length - 1), data, [format]);
};

const inspect = async (file: string, flags: InspectFlags): Promise<void> => {
  const { inspectWorkload } = await import('@aibrix/workload');
  const { describeWorkloadInspection, isVerified } = await import('../../output/workload-inspection.js');
  const { EXIT } = await import('../../exit-code.js');
  const charts = await chartFiles(file, flags);
  await withContext(flags, async (context) => {
    const { reporter, drainSignal } = context;
    const { encoder, isNamed } = await encodingOf(file, flags, context);
    const inspection = await inspectWorkload(file, {
      tokenizer: encoder,
      signal: drainSignal,
      onEntry: (requests) => {
        if (requests % STATUS_EVERY_REQUESTS === 0) reporter.status(`inspect   ${counted(requests, 'request')} read`);
      },
    });
    reporter.clearStatus();
    if (charts.size > 0) await writeCharts(charts, inspection);
    for (const path of charts.keys()) reporter.line(`inspect   chart → ${printable(path)}`);
    if (flags.json) printJson(inspection);
    else process.stdout.write(`${describeWorkloadInspection(inspection)}\n`);
    return flags.verify && !(isVerified(inspection) && isNamed) ? EXIT.failed : EXIT.done;
  });
};

/** Adds `workload inspect`: what is in a workload file, and whether its manifest is right. */
export const addInspect = (parent: Command): void => {
  const command = parent
    .command('inspect')
    .description('tell what is in a workload file: rate, lengths, arrivals, sessions, its manifest')
    .argument('<file>', 'workload file (.jsonl, .json, .gz, .zst), or - for stdin')
    .option('--verify', 'compute the certificate in the manifest again, every prompt tokenised; exit 1 if it is wrong')
    .option('--tokenizer <name>', 'tokenise prompts with this one (with --verify: the one the manifest names)')
    .option('--chat-template <file>', 'template of a workload whose lengths hold it, in place of the tokenizer’s own')
    .option('--chart <file>', 'draw charts: .svg, .png, .pdf or .html; may be given again', repeated)
    .addHelpText(
      'after',
      '\nExamples:\n  $ aibrix workload inspect out/workload.jsonl --chart workload.html\n  $ aibrix workload inspect out/workload.jsonl --verify',
    )
    .action(inspect);
  addCommonFlags(command);
};
