import type { ModelId } from './model-id.js';

/** A file in the repository of a model. */
export interface ModelFile {
  id: ModelId;
  /** For example `tokenizer.json`; this package reads files of the top folder only. */
  fileName: string;
}
