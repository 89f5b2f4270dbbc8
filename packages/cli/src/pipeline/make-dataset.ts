import {
  type SyntheticMultiturnOptions,
  type SyntheticSharedOptions,
  syntheticMultiturn,
  syntheticShared,
  writeDatasetFile,
} from '@aibrix/dataset';
import type { Manifest } from '@aibrix/schema';
import { counted, figure } from '../output/format.js';
import type { Context, Prompts } from './context.js';

export type DatasetKind =
  | { kind: 'synthetic_multiturn'; options: SyntheticMultiturnOptions }
  | { kind: 'synthetic_shared'; options: SyntheticSharedOptions };

const describe = ({ statistics }: Manifest): string => {
  const {
    prompts,
    sessions,
    prompt_tokens: tokens,
  } = statistics as {
    prompts: number;
    sessions: number;
    prompt_tokens: { mean: number | null };
  };
  const inSessions = sessions > 0 ? ` in ${counted(sessions, 'session')}` : '';
  return `${counted(prompts, 'prompt')}${inSessions}, mean ${figure(tokens.mean)} tokens`;
};

/** Makes a dataset file and its manifest. */
export const makeDataset = async (
  dataset: DatasetKind,
  outputFile: string,
  prompts: Prompts,
  context: Context,
): Promise<Manifest> => {
  const { reporter, drainSignal } = context;
  reporter.status('dataset   loading the tokenizer');
  const source = await prompts.source();
  const generated =
    dataset.kind === 'synthetic_shared'
      ? syntheticShared(dataset.options, source)
      : syntheticMultiturn(dataset.options, source);
  const manifest = await writeDatasetFile(outputFile, generated, {
    signal: drainSignal,
    onRecord: (records) => {
      if (records % 1000 === 0) reporter.status(`dataset   ${counted(records, 'record')} written`);
    },
  });
  reporter.line(`dataset   ${describe(manifest)} → ${outputFile}`);
  for (const note of manifest.notes) reporter.line(`          note: ${note}`);
  return manifest;
};
