export type { DatasetStatistics } from './dataset-statistics.js';
export type { DatasetFindings, DatasetOrigin, GeneratedDataset } from './generated-dataset.js';
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
export type { Sharing, SharingStatistics } from './synthetic-shared/sharing-statistics.js';
export { VERSION } from './version.js';
export { type WriteDatasetFileOptions, writeDatasetFile } from './write-dataset-file.js';
