import type { ChartFormat } from '@aibrix/analysis';
import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import type { Manifest } from '@aibrix/schema';
import {
  ensureTrace,
  type GeneratedWorkload,
  openPromptPool,
  type PromptMaterial,
  type PromptPool,
  writeWorkloadFile,
} from '@aibrix/workload';
import { bytes, clockTime, counted, figure } from '../output/format.js';
import { printable } from '../output/printable.js';
import type { Context } from './context.js';
import { type MixSettings, withMix } from './mix-workload.js';
import type { Prompts } from './prompts.js';
import { refuseSameFile } from './refuse-same-file.js';
import { collectChart } from './workload-chart.js';
import type { TraceDownload, WorkloadRecipe } from './workload-recipe.js';

export interface MakeWorkloadOptions {
  /** Prompts to choose from; not read where the recipe makes its own. */
  datasetFile: string | undefined;
  outputFile: string;
  /** Charts beside the file. */
  charts: readonly ChartFormat[];
  /** Whether prompts of a dataset are tokenised to know what a prefix cache would find. */
  cacheFigures: boolean;
  mix?: MixSettings | undefined;
}

const STATUS_EVERY_REQUESTS = 1000;

/** A workload in a line. */
export const describeWorkload = ({ statistics }: Manifest): string => {
  const { requests, duration_ms, mean_rate_rps } = statistics as Record<string, number | null>;
  return `${counted(requests ?? 0, 'request')} over ${clockTime((duration_ms ?? 0) / 1000)}, mean ${figure(mean_rate_rps)} requests/s`;
};

const download = async (trace: TraceDownload, { reporter, drainSignal, clock }: Context): Promise<void> => {
  await ensureTrace({
    ...trace,
    signal: drainSignal,
    clock,
    onProgress: ({ file, receivedBytes, totalBytes }) => {
      const total = totalBytes === null ? '' : ` of ${bytes(totalBytes)}`;
      reporter.status(`workload  downloading ${file}: ${bytes(receivedBytes)}${total}`);
    },
  });
};

/** What tokenises prompts for their cache figures: the tokenizer that counted those of a pool, where it says. */
const cacheTokenizer = async (
  pool: Pick<PromptPool, 'name' | 'tokenizer'>,
  prompts: Prompts,
  { reporter, drainSignal }: Context,
): Promise<PromptMaterial['tokenizer']> => {
  try {
    const { tokenizer: identity } = pool;
    const tokenizer = await prompts.tokenizerNamed(identity?.name);
    if (!identity || identity.sha256 === tokenizer.sha256) return tokenizer;
    reporter.warn(`the tokenizer ${identity.name} is not the one that counted ${pool.name}: no cache figures`);
  } catch (error) {
    drainSignal?.throwIfAborted();
    if (!BenchmarkError.is(error)) throw error;
    reporter.warn(`no cache figures: ${error.message}`);
  }
  return undefined;
};

/** Writes a workload with its manifest and charts, and tells about it. */
export const writeWorkload = async (
  workload: GeneratedWorkload,
  { outputFile, charts }: Pick<MakeWorkloadOptions, 'outputFile' | 'charts'>,
  { reporter, drainSignal }: Context,
): Promise<Manifest> => {
  const chart = charts.length > 0 ? collectChart() : undefined;
  const manifest = await writeWorkloadFile(outputFile, workload, {
    signal: drainSignal,
    onEntry: (entry, requests) => {
      chart?.add(entry);
      if (requests % STATUS_EVERY_REQUESTS === 0) {
        reporter.status(`workload  ${counted(requests, 'request')} written`);
      }
    },
  });
  const chartFiles = (await chart?.write(outputFile, manifest, charts)) ?? [];
  reporter.line(`workload  ${describeWorkload(manifest)} → ${printable(outputFile)}`);
  for (const file of chartFiles) reporter.line(`workload  chart → ${printable(file)}`);
  for (const note of manifest.notes) reporter.line(`          note: ${printable(note)}`);
  return manifest;
};

/** Makes a workload file, its manifest and its charts. */
export const makeWorkload = async (
  recipe: WorkloadRecipe,
  options: MakeWorkloadOptions,
  prompts: Prompts,
  context: Context,
): Promise<Manifest> => {
  const { datasetFile, outputFile } = options;
  const { reporter, drainSignal } = context;
  const write = (material: PromptMaterial): Promise<Manifest> =>
    writeWorkload(withMix(recipe.generate(material), options.mix), options, context);
  const fromDataset = async (file: string): Promise<Manifest> => {
    await refuseSameFile(file, outputFile);
    reporter.status('workload  indexing the dataset');
    const pool = await openPromptPool(file, { tokenizer: () => prompts.tokenizer(), signal: drainSignal });
    try {
      const tokenizer = options.cacheFigures ? await cacheTokenizer(pool, prompts, context) : undefined;
      return await write({ pool, tokenizer });
    } finally {
      await pool.close();
    }
  };
  // Before a large dataset is read, or a trace downloaded.
  parseOptions(recipe.schema, recipe.options, recipe.kind);
  for (const file of recipe.reads) await refuseSameFile(file, outputFile);
  if (recipe.download) await download(recipe.download, context);
  if (recipe.prompts === 'tokenizer') {
    const unknown = { name: recipe.kind, tokenizer: undefined };
    return write({ tokenizer: options.cacheFigures ? await cacheTokenizer(unknown, prompts, context) : undefined });
  }
  if (recipe.prompts === 'source') return write({ source: await prompts.source() });
  return recipe.prompts === 'dataset' && datasetFile !== undefined ? fromDataset(datasetFile) : write({});
};
