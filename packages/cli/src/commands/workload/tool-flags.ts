import { STDIO } from '@aibrix/core/files';
import type { GeneratedWorkload } from '@aibrix/workload';
import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../common-flags.js';
import { fileName, words } from '../flag-values.js';
import { printJson, withContext } from '../with-context.js';

/** Flags of every command that makes a workload of others. */
export interface ToolFlags extends CommonFlags {
  outputFile: string;
  charts: string[];
}

export const addToolFlags = (command: Command): Command =>
  addCommonFlags(
    command
      .requiredOption('-o, --output-file <file>', 'workload file (.jsonl, .gz, .zst), or - for stdout', fileName)
      .option('--charts <formats>', 'charts beside the file: svg,png,pdf,html, or none', words, ['none']),
  );

/** Writes what a tool makes of its inputs. */
export const runTool = async (
  flags: ToolFlags,
  inputs: readonly string[],
  tool: (signal: AbortSignal | undefined) => Promise<GeneratedWorkload>,
): Promise<void> => {
  const { chartFormats } = await import('../../pipeline/workload-chart.js');
  const charts = chartFormats(flags.charts);
  const { refuseSameFile } = await import('../../pipeline/refuse-same-file.js');
  const { manifestPath } = await import('@aibrix/schema');
  const { writeWorkload } = await import('../../pipeline/make-workload.js');
  for (const input of inputs) {
    await refuseSameFile(input, flags.outputFile);
    await refuseSameFile(manifestPath(input), flags.outputFile);
  }
  await withContext(flags, async (context) => {
    const options = { outputFile: flags.outputFile, charts: flags.outputFile === STDIO ? [] : charts };
    const manifest = await writeWorkload(await tool(context.drainSignal), options, context);
    if (flags.json && flags.outputFile !== STDIO) printJson(manifest);
    return 0;
  });
};
