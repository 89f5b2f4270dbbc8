export { clientTrace } from './client-trace/generate.js';
export { type ClientTraceOptions, type ClientTraceSettings, clientTraceOptionsSchema } from './client-trace/options.js';
export type { DatasetStatistics, LengthStatistics } from './dataset-statistics.js';
export type { DatasetFindings, DatasetOrigin, GeneratedDataset, SeededDataset } from './generated-dataset.js';
export type { DatasetCacheFigures } from './inspect/cache-figures.js';
export type { ManifestCheck } from './inspect/check-manifest.js';
export { inspectDataset } from './inspect/inspect-dataset.js';
export type { DatasetInspection } from './inspect/inspection.js';
export { chooseInspectionTokenizer, type InspectionTokenizer } from './inspect/inspection-tokenizer.js';
export type { LengthAgreement } from './inspect/length-agreement.js';
export type { TokenLengths } from './inspect/length-tally.js';
export {
  type InspectDatasetOptions,
  type InspectDatasetSettings,
  inspectDatasetOptionsSchema,
} from './inspect/options.js';
export type { PrefixGroup, PrefixGroupFigures } from './inspect/prefix-groups.js';
export type { RepeatFigures } from './inspect/repeats.js';
export { messages } from './messages/generate.js';
export { type MessagesOptions, type MessagesSettings, messagesOptionsSchema } from './messages/options.js';
export { type EnsureShareGptOptions, ensureShareGpt } from './sharegpt/ensure-sharegpt.js';
export { sharegpt } from './sharegpt/generate.js';
export { type ShareGptOptions, type ShareGptSettings, shareGptOptionsSchema } from './sharegpt/options.js';
export { syntheticMultiturn } from './synthetic-multiturn/generate.js';
export {
  type SyntheticMultiturnOptions,
  type SyntheticMultiturnSettings,
  syntheticMultiturnOptionsSchema,
} from './synthetic-multiturn/options.js';
export { syntheticShared } from './synthetic-shared/generate.js';
export {
  type NumberList,
  type SharedMixLists,
  sharedMixesFromLists,
  sharedMixListsSchema,
} from './synthetic-shared/mixes-from-lists.js';
export {
  type SharedMix,
  type SharedMixSettings,
  type SyntheticSharedOptions,
  type SyntheticSharedSettings,
  sharedMixSchema,
  syntheticSharedOptionsSchema,
} from './synthetic-shared/options.js';
export { SHARED_PRESETS, type SharedPreset, sharedPreset } from './synthetic-shared/presets.js';
export type { Sharing, SharingStatistics } from './synthetic-shared/sharing-statistics.js';
export { table } from './table/generate.js';
export {
  type CheckedTableOptions,
  type TableFormat,
  type TableOptions,
  tableOptionsSchema,
} from './table/options.js';
export { parseColumns } from './table/parse-columns.js';
export type { TableColumns } from './table/table-columns.js';
export { VERSION } from './version.js';
export { type WriteDatasetFileOptions, writeDatasetFile } from './write-dataset-file.js';
