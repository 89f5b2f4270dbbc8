import {
  type ClientTraceOptions,
  clientTrace,
  ensureShareGpt,
  type GeneratedDataset,
  type MessagesOptions,
  messages,
  type ShareGptOptions,
  type SyntheticMultiturnOptions,
  type SyntheticSharedOptions,
  sharegpt,
  syntheticMultiturn,
  syntheticShared,
  type TableOptions,
  table,
  writeDatasetFile,
} from '@aibrix/dataset';
import type { Manifest } from '@aibrix/schema';
import { type ScheduleOptions, scheduleRecords, writeWorkloadFile } from '@aibrix/workload';
import { bytes, counted, figure } from '../output/format.js';
import type { Context } from './context.js';
import { describeWorkload } from './make-workload.js';
import type { Prompts } from './prompts.js';
import { refuseSameFile } from './refuse-same-file.js';

/** Datasets that read prompts which are there; `count` says whether their tokens are counted. */
type ReaderKind = { count: boolean } & (
  | {
      kind: 'sharegpt';
      options: ShareGptOptions;
      /** Where to download from when the file is missing. */
      url?: string | undefined;
    }
  | { kind: 'client_trace'; options: ClientTraceOptions }
  | { kind: 'messages'; options: MessagesOptions }
  | { kind: 'table'; options: TableOptions }
);

export type DatasetKind =
  | { kind: 'synthetic_multiturn'; options: SyntheticMultiturnOptions }
  | {
      kind: 'synthetic_shared';
      options: SyntheticSharedOptions;
      /** Writes a workload in place of a dataset. */
      schedule?: ScheduleOptions | undefined;
    }
  | ReaderKind;

const describe = ({ statistics }: Manifest): string => {
  const {
    app_name: name,
    prompts,
    sessions,
    prompt_tokens: tokens,
  } = statistics as {
    app_name?: string;
    prompts: number;
    sessions: number;
    prompt_tokens: { mean: number | null };
  };
  const inSessions = sessions > 0 ? ` in ${counted(sessions, 'session')}` : '';
  const lengths = tokens.mean === null ? 'tokens not counted' : `mean ${figure(tokens.mean)} tokens`;
  return `${name === undefined ? '' : `${name}: `}${counted(prompts, 'prompt')}${inSessions}, ${lengths}`;
};

const downloadShareGpt = async (
  path: string,
  url: string | undefined,
  { reporter, drainSignal, environment }: Context,
): Promise<void> => {
  await ensureShareGpt({
    path,
    url,
    env: environment,
    signal: drainSignal,
    onProgress: ({ file, receivedBytes, totalBytes }) => {
      const total = totalBytes === null ? '' : ` of ${bytes(totalBytes)}`;
      reporter.status(`dataset   downloading ${file}: ${bytes(receivedBytes)}${total}`);
    },
  });
};

const read = async (dataset: ReaderKind, prompts: Prompts, context: Context): Promise<GeneratedDataset> => {
  if (dataset.kind === 'sharegpt') await downloadShareGpt(dataset.options.path, dataset.url, context);
  const tokenizer = dataset.count ? await prompts.tokenizer() : undefined;
  const { drainSignal: signal } = context;
  switch (dataset.kind) {
    case 'sharegpt':
      return sharegpt(dataset.options, tokenizer);
    case 'client_trace':
      return clientTrace(dataset.options, tokenizer, { signal });
    case 'messages':
      return messages(dataset.options, tokenizer, { signal });
    case 'table':
      return table(dataset.options, tokenizer, { signal });
  }
};

const generate = async (dataset: DatasetKind, prompts: Prompts, context: Context): Promise<GeneratedDataset> => {
  switch (dataset.kind) {
    case 'synthetic_multiturn':
      return syntheticMultiturn(dataset.options, await prompts.source());
    case 'synthetic_shared':
      return syntheticShared(dataset.options, await prompts.source());
    default:
      return read(dataset, prompts, context);
  }
};

/** Makes a dataset file, or a workload file where the dataset has a schedule, and its manifest. */
export const makeDataset = async (
  dataset: DatasetKind,
  outputFile: string,
  prompts: Prompts,
  context: Context,
): Promise<Manifest> => {
  const { reporter, drainSignal } = context;
  if ('path' in dataset.options) await refuseSameFile(dataset.options.path, outputFile);
  reporter.status('dataset   loading the tokenizer');
  const generated = await generate(dataset, prompts, context);
  const onWritten = (records: number): void => {
    if (records % 1000 === 0) reporter.status(`dataset   ${counted(records, 'record')} written`);
  };
  const schedule = dataset.kind === 'synthetic_shared' ? dataset.schedule : undefined;
  const manifest = schedule
    ? await writeWorkloadFile(outputFile, scheduleRecords(generated, schedule), {
        signal: drainSignal,
        onEntry: (_, requests) => onWritten(requests),
      })
    : await writeDatasetFile(outputFile, generated, { signal: drainSignal, onRecord: onWritten });
  reporter.line(
    schedule
      ? `workload  ${describeWorkload(manifest)} → ${outputFile}`
      : `dataset   ${describe(manifest)} → ${outputFile}`,
  );
  for (const note of manifest.notes) reporter.line(`          note: ${note}`);
  return manifest;
};
