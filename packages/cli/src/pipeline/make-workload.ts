import type { Manifest } from '@aibrix/schema';
import {
  type AzureOptions,
  azure,
  type ConstantOptions,
  constant,
  openPromptPool,
  type PromptMaterial,
  writeWorkloadFile,
} from '@aibrix/workload';
import { clockTime, counted, figure } from '../output/format.js';
import type { Context } from './context.js';
import type { Prompts } from './prompts.js';
import { refuseSameFile } from './refuse-same-file.js';

export type WorkloadKind = { kind: 'constant'; options: ConstantOptions } | { kind: 'azure'; options: AzureOptions };

export interface MakeWorkloadOptions {
  /** Prompts to choose from; not read with length mode `exact`. */
  datasetFile: string | undefined;
  outputFile: string;
}

/** A workload in a line. */
export const describeWorkload = ({ statistics }: Manifest): string => {
  const { requests, duration_ms, mean_rate_rps } = statistics as Record<string, number | null>;
  return `${counted(requests ?? 0, 'request')} over ${clockTime((duration_ms ?? 0) / 1000)}, mean ${figure(mean_rate_rps)} requests/s`;
};

/** Makes a workload file and its manifest. */
export const makeWorkload = async (
  workload: WorkloadKind,
  { datasetFile, outputFile }: MakeWorkloadOptions,
  prompts: Prompts,
  context: Context,
): Promise<Manifest> => {
  const { reporter, drainSignal } = context;
  const generate = (material: PromptMaterial) =>
    workload.kind === 'azure' ? azure(workload.options, material) : constant(workload.options, material);
  const write = (material: PromptMaterial): Promise<Manifest> =>
    writeWorkloadFile(outputFile, generate(material), {
      signal: drainSignal,
      onEntry: (requests) => {
        if (requests % 1000 === 0) reporter.status(`workload  ${counted(requests, 'request')} written`);
      },
    });
  const fromDataset = async (file: string): Promise<Manifest> => {
    await refuseSameFile(file, outputFile);
    reporter.status('workload  indexing the dataset');
    const pool = await openPromptPool(file, { tokenizer: () => prompts.tokenizer(), signal: drainSignal });
    try {
      return await write({ pool });
    } finally {
      await pool.close();
    }
  };
  const needsDataset = workload.options.lengthMode !== 'exact' && datasetFile !== undefined;
  if (workload.kind === 'azure') await refuseSameFile(workload.options.tracePath, outputFile);
  const manifest = needsDataset ? await fromDataset(datasetFile) : await write({ source: await prompts.source() });
  reporter.line(`workload  ${describeWorkload(manifest)} → ${outputFile}`);
  for (const note of manifest.notes) reporter.line(`          note: ${note}`);
  return manifest;
};
